#include "util/syslog.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "unit/util/syslog_listener.hpp"
#include "util/deadline.hpp"

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;
using ::testing::Lt;
using ::testing::MatchesRegex;

TEST(Syslog, SendsLineInSyslogFormat) {
  SyslogListener listener;
  ASSERT_TRUE(send(listener.log(), Severity::kError, "it failed"));
  EXPECT_THAT(
      listener.received(),
      MatchesRegex(fmt::format(
          "<27>[A-Z][a-z]+ [ 1-3][0-9] [0-9]+:[0-9]+:[0-9]+ prog\\[{}\\]: it failed", ::getpid())));
  ASSERT_TRUE(send(listener.log(), Severity::kWarning, "look"));
  EXPECT_THAT(listener.received(), MatchesRegex("<28>.*: look"));
}

TEST(Syslog, TimesOutIfDaemonDoesNotRead) {
  const SyslogListener listener;
  const auto started = Clock::now();
  // The kernel queues net.unix.max_dgram_qlen messages, 10 by default.
  int sent = 0;
  while (sent < 100'000 && send(listener.log(), Severity::kError, "text")) ++sent;
  EXPECT_THAT(sent, Lt(100'000));
  EXPECT_THAT(Clock::now() - started, Lt(10s));
  const auto refused = send(listener.log(), Severity::kError, "text");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kSystem);
}

TEST(Syslog, FailsIfDaemonHasExited) {
  SyslogListener listener;
  listener.close();
  const auto refused = send(listener.log(), Severity::kError, "text");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Connection refused");
}

TEST(Syslog, FailsWithoutSocket) {
  const auto missing = send({"prog", "/nonexistent/log"}, Severity::kError, "text");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "No such file or directory");
  EXPECT_FALSE(send({"prog", std::string(200, 'x')}, Severity::kError, "text"));
}

}  // namespace
}  // namespace glusterconsul
