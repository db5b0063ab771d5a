#include "mount/server_finder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using gluster::Verdict;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ServerFinderTest : public MountFixture {};

TEST_F(ServerFinderTest, RetriesTransientErrorsWithOneWarning) {
  system.consul_says = {fail(ErrorCode::kUnavailable, "no cluster leader"),
                        fail(ErrorCode::kUnreachable, "connection refused"), three_servers()};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(2));
  EXPECT_GT(system.pauses[1], system.pauses[0] / 2);
  EXPECT_THAT(reported, AllOf(HasSubstr("no cluster leader"), HasSubstr("up to 1m")));
  EXPECT_EQ(reported.find("connection refused"), std::string::npos) << "later tries are steps";
}

TEST_F(ServerFinderTest, DoesNotRetryPermanentErrors) {
  system.consul_says = {fail(ErrorCode::kDenied, "403")};
  EXPECT_EQ(run().error().code, ErrorCode::kDenied);
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(ServerFinderTest, GivesUpAfterConsulRetryAndReportsTries) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  const auto start = system.now();
  const auto ran = run("consul-retry=20s");
  ASSERT_FALSE(ran.has_value());
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("connection refused"),
                    HasSubstr(fmt::format(
                        " ({} tries in {}s)", system.look_ups,
                        std::chrono::ceil<std::chrono::seconds>(system.now() - start).count()))));
  EXPECT_LE(system.now() - start, 20s);
  EXPECT_GT(system.now() - start, 10s);
}

TEST_F(ServerFinderTest, ReportsTimeOfMountAttemptsToo) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "late")};
  const auto start = system.now();
  const auto ran = run("consul-retry=30s");
  ASSERT_FALSE(ran.has_value());
  const auto took = std::chrono::ceil<std::chrono::seconds>(system.now() - start).count();
  EXPECT_THAT(ran.error().message, HasSubstr(fmt::format(" (2 tries in {}s)", took)));
}

TEST_F(ServerFinderTest, UnknownServiceIsNotRetriedAtTerminal) {
  system.consul_says = {fail(ErrorCode::kUnknown, "no service 'gl1'")};
  report = Report("test", Report::Verbosity::kQuiet, Report::Screen::kTerminal,
                  [this](std::string_view text) { reported += text; });
  const auto at_terminal = run();
  ASSERT_FALSE(at_terminal.has_value());
  EXPECT_EQ(at_terminal.error().message, "no service 'gl1'");
  EXPECT_THAT(system.pauses, IsEmpty());

  const auto query = task("", "any.query.consul:/g0");
  ASSERT_TRUE(query.has_value());
  EXPECT_FALSE(run_mount("/mnt/g0", *query, system, cancel, report));
  EXPECT_FALSE(system.pauses.empty()) << "its instances may just be unhealthy";
}

TEST_F(ServerFinderTest, UnknownServiceIsRetriedElsewhere) {
  system.consul_says = {fail(ErrorCode::kUnknown, "no service 'gluster'"), three_servers()};
  EXPECT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
}

Error busy_for(milliseconds span) {
  return {.code = ErrorCode::kUnavailable, .message = "status 429", .retry_after = span};
}

TEST_F(ServerFinderTest, HonoursRetryAfter) {
  system.consul_says = {fail(busy_for(7s)), three_servers()};
  ASSERT_TRUE(run());
  ASSERT_THAT(system.pauses, SizeIs(1));
  EXPECT_GE(system.pauses[0], 7s);
  EXPECT_LE(system.pauses[0], 10500ms);
}

TEST_F(ServerFinderTest, GivesUpIfRetryAfterIsBeyondConsulRetry) {
  system.consul_says = {fail(busy_for(30s))};
  const auto ran = run("consul-retry=20s");
  EXPECT_EQ(ran.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(ServerFinderTest, TakesAndEndsTurnIfConsulIsUnreachable) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused"), three_servers()};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.questions, SizeIs(1));
  EXPECT_GE(system.turns_ended, 1);
}

TEST_F(ServerFinderTest, TakesNoTurnIfConsulResponds) {
  ASSERT_TRUE(run());
  EXPECT_THAT(system.questions, IsEmpty());
}

TEST_F(ServerFinderTest, TakesNoTurnAfterPermanentError) {
  system.consul_says = {fail(ErrorCode::kDenied, "refused the token")};
  ASSERT_FALSE(run());
  EXPECT_THAT(system.questions, IsEmpty());
}

TEST_F(ServerFinderTest, DoesNotQueryConsulDuringTurnOfAnotherHelper) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused"), three_servers()};
  system.others_turn_until = system.now() + 20s;
  const auto start = system.now();
  ASSERT_TRUE(run());
  EXPECT_EQ(system.look_ups, 2);
  EXPECT_GE(system.now() - start, 20s);
  EXPECT_LT(system.now() - start, 21s) << "it polls often";
  EXPECT_THAT(reported, HasSubstr("refused; retrying for up to"));
}

TEST_F(ServerFinderTest, QueriesConsulOnceMoreIfTurnOfAnotherHelperDoesNotEnd) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused")};
  system.others_turn_until = Clock::time_point::max();
  const auto start = system.now();
  const auto ran = run("consul-retry=5s");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(ran.error().message, HasSubstr("(2 tries in 5s)"));
  EXPECT_LE(system.now() - start, 5s);
  EXPECT_EQ(system.look_ups, 2);
}

TEST_F(ServerFinderTest, WaitForAnotherHelperEndsOnInterruption) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused")};
  system.others_turn_until = Clock::time_point::max();
  cancel.request();
  EXPECT_EQ(run().error().code, ErrorCode::kInterrupted);
}

TEST_F(ServerFinderTest, QuestionDiffersByConsulAndService) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused"), three_servers()};
  const auto all = {"",
                    "consul-http-addr=10.0.0.9:8500",
                    "consul-tag=a",
                    "consul-dc=dc2",
                    "consul-health=any",
                    "consul-token-file=/etc/token"};
  for (const auto* options : all) {
    system.consul_says = {fail(ErrorCode::kUnreachable, "refused"), three_servers()};
    ASSERT_TRUE(run(std::string("consul-cache=off,") + options)) << options;
  }
  auto questions = system.questions;
  std::sort(questions.begin(), questions.end());
  EXPECT_EQ(std::unique(questions.begin(), questions.end()), questions.end());
  EXPECT_THAT(questions, SizeIs(all.size()));
}

TEST_F(ServerFinderTest, RetryZeroMeansOneTry) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_FALSE(run("consul-retry=0"));
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(ServerFinderTest, GivesNextProbeMoreTimeIfNoServerResponds) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kNoResponse, Verdict::kNoResponse},
                        {Verdict::kNoResponse, Verdict::kServes, Verdict::kNoResponse}};
  ASSERT_TRUE(run());
  ASSERT_THAT(system.probes, SizeIs(2));
  EXPECT_GT(system.probes[1].timeout, system.probes[0].timeout);
  EXPECT_THAT(system.servers_of_attempt(0), ElementsAre("10.0.0.2", "10.0.0.1", "10.0.0.3"));
}

TEST_F(ServerFinderTest, ReturnsUnresponsiveServersAfterLastRetry) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kRefused, Verdict::kClosed}};
  ASSERT_TRUE(run("consul-retry=5s"));
  EXPECT_THAT(system.attempts, SizeIs(1)) << "never worse than a manual mount";
}

TEST_F(ServerFinderTest, UnknownVolumeIsPermanentError) {
  system.servers_say = {{Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume}};
  EXPECT_EQ(run().error().code, ErrorCode::kNotServed);
  EXPECT_THAT(system.pauses, IsEmpty());
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(ServerFinderTest, ProbesEncryptedManagementByConnectingOnly) {
  system.encrypted = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(system.probes.front().method, gluster::ProbeMethod::kTcp);
}

}  // namespace
}  // namespace glusterconsul::mount
