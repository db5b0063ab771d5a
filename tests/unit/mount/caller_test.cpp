#include "mount/caller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "mount/output_options.hpp"
#include "unit/util/syslog_listener.hpp"

namespace glusterconsul::mount {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// The text of /proc/PID/stat by PID.
ReadStat processes(std::map<pid_t, std::string> stats) {
  return [stats = std::move(stats)](pid_t pid) {
    const auto found = stats.find(pid);
    return found == stats.end() ? "" : found->second;
  };
}

TEST(Caller, IsFoundAmongAncestors) {
  const auto read_stat = processes({{40, "40 (mount.glusterco) S 30 40 40 0 -1"},
                                    {30, "30 (mount) S 20 40 40 0 -1"},
                                    {20, "20 (automount) S 1 20 20 0 -1"},
                                    {1, "1 (systemd) S 0 1 1 0 -1"}});
  EXPECT_TRUE(has_ancestor("automount", 40, read_stat));
  EXPECT_TRUE(has_ancestor("mount", 40, read_stat));
  EXPECT_TRUE(has_ancestor("automount", 30, read_stat));
  EXPECT_FALSE(has_ancestor("automount", 20, read_stat)) << "a process is not its own ancestor";
  EXPECT_FALSE(has_ancestor("automoun", 40, read_stat));
}

TEST(Caller, MatchesOnlyNearestAncestorAsParent) {
  const auto read_stat = processes({{40, "40 (mount.glusterco) S 30 40 40 0 -1"},
                                    {30, "30 (mount) S 20 40 40 0 -1"},
                                    {20, "20 (automount) S 1 20 20 0 -1"}});
  EXPECT_TRUE(has_parent("mount", 40, read_stat));
  EXPECT_FALSE(has_parent("automount", 40, read_stat));
  EXPECT_FALSE(has_parent("systemd", 20, read_stat)) << "proc does not show its parent";
  EXPECT_FALSE(has_parent("mount", 0, read_stat)) << "proc does not show this process";
}

TEST(Caller, IsNotMisledByProcessName) {
  const auto read_stat = processes({{40, "40 (mount.glusterco) S 30 40 40 0 -1"},
                                    {30, "30 (x) S 20 (automount) S 1 20 20 0 -1"}});
  EXPECT_FALSE(has_ancestor("automount", 40, read_stat));
}

TEST(Caller, IsNotFoundIfProcessesAreMissing) {
  EXPECT_FALSE(has_ancestor("automount", 40, processes({})));
  EXPECT_FALSE(has_ancestor("automount", 40, processes({{40, "40 (a) S 30 40 40 0 -1"}})));
  EXPECT_FALSE(has_ancestor("automount", 40,
                            processes({{40, "40 (a) S 0 40 40 0 -1"}, {0, "0 (automount) S 0"}})))
      << "its parent is in another PID namespace";
}

TEST(Caller, SearchIsBounded) {
  int reads = 0;
  EXPECT_FALSE(has_ancestor("automount", 40, [&](pid_t) {
    ++reads;
    return "40 (itself) S 40 40 40 0 -1";
  }));
  EXPECT_LT(reads, 20);
}

TEST(Caller, OfThisTestIsNotAutomount) {
  EXPECT_EQ(find_caller(), Caller::kOther);
}

class SinkFor : public ::testing::Test {
 protected:
  Report::Sink sink(Destination destination, const std::string& target) {
    return sink_for(destination, listener_.log(), Severity::kWarning, target,
                    [this](std::string_view line) { on_standard_error_ += line; });
  }

  SyslogListener listener_;
  std::string on_standard_error_;
};

TEST_F(SinkFor, SyslogGetsMessageWithTarget) {
  sink(Destination::kSyslog, "/mnt/a")("prog: warning: prog: is said again\n");
  EXPECT_THAT(listener_.received(),
              MatchesRegex("<28>.* prog\\[[0-9]+\\]: /mnt/a: warning: prog: is said again"));
  EXPECT_EQ(listener_.received(), "") << "it is reported once";
  EXPECT_EQ(on_standard_error_, "") << "it is reported once";
}

TEST_F(SinkFor, SyslogGetsMessageWithoutTarget) {
  sink(Destination::kSyslog, "")("prog: what is SOURCE?\n");
  EXPECT_THAT(listener_.received(), MatchesRegex("<28>.* prog\\[[0-9]+\\]: what is SOURCE\\?"));
}

TEST_F(SinkFor, SyslogEscapesNewlinesInTarget) {
  sink(Destination::kSyslog, "/mnt/a\nNov 11 11:11:11 sshd[1]: x")("prog: failed\n");
  EXPECT_THAT(listener_.received(), HasSubstr(": /mnt/a\\nNov 11 11:11:11 sshd[1]: x: failed"));
}

TEST_F(SinkFor, SyslogLogsHintAsSeparateMessage) {
  sink(Destination::kSyslog, "/mnt/a")("prog: failed\n  hint: do this\n");
  EXPECT_THAT(listener_.received(), MatchesRegex("<28>.* prog\\[[0-9]+\\]: /mnt/a: failed"));
  EXPECT_THAT(listener_.received(), MatchesRegex("<28>.* prog\\[[0-9]+\\]: /mnt/a: hint: do this"));
  EXPECT_EQ(listener_.received(), "");
}

TEST_F(SinkFor, SyslogFallsBackToStandardError) {
  listener_.close();
  sink(Destination::kSyslog, "/mnt/a")("prog: failed\n  hint: do this\n");
  EXPECT_EQ(on_standard_error_, "prog: failed\n  hint: do this\n");
}

TEST_F(SinkFor, StandardErrorGetsMessageUnchanged) {
  sink(Destination::kStandardError, "/mnt/a")("prog: failed\n");
  EXPECT_EQ(on_standard_error_, "prog: failed\n");
  EXPECT_EQ(listener_.received(), "");
}

TEST_F(SinkFor, BothGetEachMessage) {
  sink(Destination::kBoth, "/mnt/a")("prog: failed\n  hint: do this\n");
  EXPECT_EQ(on_standard_error_, "prog: failed\n  hint: do this\n");
  EXPECT_THAT(listener_.received(), HasSubstr(": /mnt/a: failed"));
  EXPECT_THAT(listener_.received(), HasSubstr(": /mnt/a: hint: do this"));
  listener_.close();
  on_standard_error_.clear();
  sink(Destination::kBoth, "/mnt/a")("prog: failed\n");
  EXPECT_EQ(on_standard_error_, "prog: failed\n") << "once, although there is no log";
}

TEST(DestinationOf, DependsOnOptionFirst) {
  using config::LogTo;
  EXPECT_EQ(destination_of(LogTo::kAuto, Caller::kOther, false), Destination::kStandardError);
  EXPECT_EQ(destination_of(LogTo::kAuto, Caller::kAutomount, false), Destination::kSyslog);
  EXPECT_EQ(destination_of(LogTo::kAuto, Caller::kAutomount, true), Destination::kStandardError);
  EXPECT_EQ(destination_of(LogTo::kSyslog, Caller::kOther, true), Destination::kSyslog);
  EXPECT_EQ(destination_of(LogTo::kStandardError, Caller::kAutomount, false),
            Destination::kStandardError);
  EXPECT_EQ(destination_of(LogTo::kBoth, Caller::kOther, false), Destination::kBoth);
}

TEST(OutputOptions, AreReadFromOptionsAlone) {
  EXPECT_EQ(output_of({{"ro", std::nullopt}}), OutputOptions());
  EXPECT_EQ(output_of({{"consul-log", "both"}, {"consul-verbose", "yes"}, {"consul-foo", "1"}}),
            (OutputOptions{true, config::LogTo::kBoth}));
  EXPECT_EQ(output_of({{"consul-log", "paper"}, {"consul-verbose", std::nullopt}}),
            OutputOptions());
}

}  // namespace
}  // namespace glusterconsul::mount
