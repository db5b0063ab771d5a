#include "util/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

/// Collects the output, also from the ticker's thread.
class Collected {
 public:
  Report::Sink sink() {
    return [this](std::string_view text) {
      {
        const std::lock_guard lock(mutex_);
        text_ += text;
      }
      grown_.notify_all();
    };
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  bool wait_for(const std::string& part) {
    std::unique_lock lock(mutex_);
    return grown_.wait_for(lock, 10s, [&] { return text_.find(part) != std::string::npos; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable grown_;
  std::string text_;
};

TEST(Report, ShowsStepsWithTimeOnlyIfVerbose) {
  Collected quiet;
  Report("prog", Report::Verbosity::kQuiet, Report::Screen::kFile, quiet.sink()).step("looking");
  EXPECT_EQ(quiet.text(), "");
  Collected loud;
  Report("prog", Report::Verbosity::kSteps, Report::Screen::kFile, loud.sink()).step("looking");
  EXPECT_THAT(loud.text(), MatchesRegex("prog: \\[ *[0-9]+\\.[0-9]+s\\] looking\n"));
}

TEST(Report, EscapesControlCharacters) {
  Collected collected;
  Report("prog", Report::Verbosity::kQuiet, Report::Screen::kFile, collected.sink())
      .warning({"check says \x1b[2J\nfake line", "\n  hint: run \x9b\u202e this"});
  EXPECT_EQ(collected.text(),
            "prog: warning: check says \\x1b[2J\\nfake line\n"
            "  hint: \\n  hint: run \\x9b\\xe2\\x80\\xae this\n");
}

TEST(LinesOf, PrintsHintOnItsOwnLine) {
  EXPECT_EQ(lines_of("prog", Error{ErrorCode::kUsage, "it failed", "do this"}),
            "prog: it failed\n  hint: do this\n");
  EXPECT_EQ(lines_of("prog", Error{ErrorCode::kUsage, "it failed"}), "prog: it failed\n");
}

TEST(LinesOf, EscapesMessageAndHint) {
  EXPECT_EQ(lines_of("prog", Error{ErrorCode::kUsage, "bad \nprog: all is well\r\x1b[1A",
                                   "see \n\u200bthere\nprog: mounted"}),
            "prog: bad \\nprog: all is well\\r\\x1b[1A\n"
            "  hint: see \\n\\xe2\\x80\\x8bthere\\nprog: mounted\n");
}

TEST(Report, DoesNotShowWaitWithoutTerminal) {
  Collected collected;
  const Report report("prog", Report::Verbosity::kQuiet, Report::Screen::kFile, collected.sink());
  {
    const auto wait = report.waiting("Consul", Deadline::after(5s));
  }
  EXPECT_EQ(collected.text(), "");
}

TEST(Report, ShowsLongWaitOnTerminalAndErasesIt) {
  Collected collected;
  const Report report("prog", Report::Verbosity::kQuiet, Report::Screen::kTerminal,
                      collected.sink());
  {
    const auto wait = report.waiting("Consul at 127.0.0.1:8500", Deadline::after(60s));
    ASSERT_TRUE(collected.wait_for(" s)"));
  }
  EXPECT_THAT(collected.text(),
              StartsWith("\r\x1b[Kprog: waiting for Consul at 127.0.0.1:8500 (at most "));
  EXPECT_TRUE(collected.text().ends_with("\r\x1b[K"));
}

TEST(Report, ShowsLongWaitAsStep) {
  Collected collected;
  const Report report("prog", Report::Verbosity::kSteps, Report::Screen::kTerminal,
                      collected.sink());
  {
    const auto wait = report.waiting("Consul", Deadline::after(60s));
    ASSERT_TRUE(collected.wait_for(" s)"));
  }
  EXPECT_THAT(collected.text(),
              ::testing::MatchesRegex("prog: \\[ *1\\.[0-9]+s\\] waiting for Consul \\(at most "
                                      "[0-9]+ s\\)\n"));
}

TEST(Report, SendsStepsToTheirOwnSink) {
  Collected messages;
  Collected steps;
  Report report("prog", Report::Verbosity::kSteps, Report::Screen::kFile, messages.sink());
  report.send_steps_to(steps.sink());
  report.step("one");
  report.warning({"two"});
  EXPECT_THAT(steps.text(), ::testing::EndsWith("one\n"));
  EXPECT_EQ(messages.text(), "prog: warning: two\n");
}

TEST(Report, DoesNotShowShortWaitOnTerminal) {
  Collected collected;
  const Report report("prog", Report::Verbosity::kQuiet, Report::Screen::kTerminal,
                      collected.sink());
  {
    const auto wait = report.waiting("Consul", Deadline::after(5s));
  }
  EXPECT_EQ(collected.text(), "");
}

}  // namespace
}  // namespace glusterconsul
