#include "mount/run_mount.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mount/explanation.hpp"
#include "mount/time_limits.hpp"
#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

class RunMount : public MountFixture {};

TEST_F(RunMount, MountsFromFirstServerWithOthersAsBackup) {
  ASSERT_TRUE(run());
  ASSERT_THAT(system.attempts, SizeIs(1));
  EXPECT_THAT(system.servers_of_attempt(0), ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.3"));
  const auto& attempt = system.attempts.front();
  EXPECT_EQ(attempt.command.target, "/mnt/g0");
  EXPECT_EQ(attempt.mounted_as, kSource);
  EXPECT_EQ(attempt.command.display_name, kSource);
  EXPECT_THAT(system.pauses, IsEmpty());
  EXPECT_EQ(reported, "") << "a successful mount prints nothing";
}

TEST_F(RunMount, IgnoresOptionNewerThanClientWithOneWarning) {
  const Result<void> late = fail(ErrorCode::kTimedOut, "no description in time");
  system.attempts_end = {late, late, late, {}};
  ASSERT_TRUE(run("inode-table-size=131072"));
  constexpr std::string_view kWarning = "inode-table-size is ignored";
  EXPECT_THAT(reported, HasSubstr(kWarning));
  EXPECT_EQ(reported.find(kWarning), reported.rfind(kWarning)) << reported;
  for (const auto& attempt : system.attempts) {
    EXPECT_THAT(gluster::arguments(attempt.command), Not(Contains(HasSubstr("inode-table-size"))));
  }
}

TEST_F(RunMount, OptionThatClientDoesNotKnowIsUsageErrorBeforeLookup) {
  system.client_rejects = {{"--hrad", "option hrad: unknown"}};
  const auto ran = run("new-thing=4,hrad");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kUsage);
  EXPECT_EQ(ran.error().message, "option hrad: unknown");
  EXPECT_EQ(system.look_ups, 0);
}

TEST_F(RunMount, SloppyIgnoresOptionsThatClientDoesNotKnow) {
  system.client_rejects = {{"--hard", "option hard: unknown"},
                           {"--timeo=600", "option timeo: unknown"}};
  auto sloppy = task("hard,new-thing=4,timeo=600");
  ASSERT_TRUE(sloppy.has_value());
  sloppy->strictness = Strictness::kSloppy;
  ASSERT_TRUE(run_mount("/mnt/g0", *sloppy, system, cancel, report));
  const auto words = gluster::arguments(system.attempts.at(0).command);
  EXPECT_THAT(words, AllOf(Contains("--new-thing=4"), Not(Contains("--hard")),
                           Not(Contains("--timeo=600"))));
  EXPECT_THAT(reported, AllOf(HasSubstr("option hard: unknown; ignored because of -s"),
                              HasSubstr("option timeo: unknown; ignored because of -s")));
}

TEST_F(RunMount, ClientThatRejectsArgumentsEndsMountAtOnce) {
  system.attempts_end = {fail(ErrorCode::kUsage, "option hrad: unknown")};
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kUsage);
  EXPECT_EQ(ran.error().message, "option hrad: unknown");
  EXPECT_THAT(system.attempts, SizeIs(1));
}

TEST_F(RunMount, RetriesAttemptsThatTimedOut) {
  const Result<void> late = fail(ErrorCode::kTimedOut, "no description in time");
  system.attempts_end = {late, late, late, {}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.attempts, SizeIs(4));
  EXPECT_THAT(system.pauses, SizeIs(1)) << "after each server was tried";
  EXPECT_THAT(system.probes, SizeIs(2)) << "the servers may have changed";
  EXPECT_THAT(reported, AllOf(HasSubstr("no description in time"), HasSubstr("retrying for up")));
}

TEST_F(RunMount, GivesRetriesMoreTimeAndLongerPauses) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "late")};
  ASSERT_FALSE(run("consul-retry=5m"));
  EXPECT_EQ(system.time_to_fetch(0), 4s);
  EXPECT_EQ(system.time_to_fetch(2), 15s) << "the last of a round";
  EXPECT_EQ(system.time_to_fetch(3), 8s);
  EXPECT_EQ(system.time_to_fetch(6), 12s);
  for (std::size_t i = 0; i < system.attempts.size(); i += 3) {
    EXPECT_LE(system.time_to_fetch(i), 15s) << "a server that has died since then costs no more";
  }
  ASSERT_GE(system.pauses.size(), 4U);
  EXPECT_GT(system.pauses[3], system.pauses[0]);
}

TEST_F(RunMount, ReportsNumberOfTriesAfterWholeBudget) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "late")};
  const auto start = system.now();
  const auto ran = run("consul-retry=60s");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("g0"), HasSubstr("late"), HasSubstr("(2 tries in 70s)")));
  EXPECT_GT(system.now() - start, 50s);
  EXPECT_LE(system.now() - start, 85s);
}

TEST_F(RunMount, DoesNotRetryIfClientFailed) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "rejected")};
  EXPECT_EQ(run().error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(system.attempts, SizeIs(3)) << "each server once";
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(RunMount, RetriesIfBricksAreUnreachable) {
  const Result<void> cut_off = fail(ErrorCode::kUnreachable, "not connected");
  system.attempts_end = {cut_off, cut_off, cut_off, {}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.attempts, SizeIs(4));
  EXPECT_THAT(reported, AllOf(HasSubstr("not connected"), HasSubstr("retrying for up")));
  system.attempts_end = {cut_off};
  EXPECT_EQ(run("consul-retry=0").error().code, ErrorCode::kMountFailed);
}

TEST_F(RunMount, RetryDependsOnTransientAndNotOnCode) {
  const Error refused{
      .code = ErrorCode::kUnreachable, .message = "not connected", .transient = false};
  system.attempts_end = {fail(refused)};
  EXPECT_EQ(run().error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(system.pauses, IsEmpty()) << "permanent, although its code is transient by default";

  const Error shortage{
      .code = ErrorCode::kSystem, .message = "too many open files", .transient = true};
  system.attempts_end = {{}};
  system.consul_says = {fail(shortage), three_servers()};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
}

Error slow_client() {
  return {.code = ErrorCode::kSystem, .message = "its version: still running", .transient = true};
}

TEST_F(RunMount, RetriesClientThatIsSlowToReportItsVersion) {
  const Result<InstalledClient> late = fail(slow_client());
  system.client_says = {late, InstalledClient{"/usr/sbin/glusterfs", {10, 3}}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
  EXPECT_THAT(system.attempts, SizeIs(1));
}

TEST_F(RunMount, MissingVersionOfClientIsSystemError) {
  system.client_says = {fail(slow_client())};
  const auto ran = run("consul-retry=10s");
  EXPECT_EQ(ran.error().code, ErrorCode::kSystem);
  EXPECT_THAT(ran.error().message, HasSubstr("its version: still running (6 tries in 7s)"));
  const auto explanation = explain(*task(), "/mnt/g0", system,
                                   {Deadline::after(kMountSpan, system.now()), cancel, report});
  EXPECT_EQ(explanation.problem->code, ErrorCode::kSystem);
}

TEST_F(RunMount, ShowsEachWarningOnceDespiteRetries) {
  const Result<void> late = fail(ErrorCode::kTimedOut, "late");
  system.attempts_end = {late, late, late, {}};
  auto answer = three_servers();
  answer.skipped = 1;
  answer.first_skipped = "it has no address";
  system.consul_says = {answer};
  ASSERT_TRUE(run());
  const auto first = reported.find("it has no address");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(reported.find("it has no address", first + 1), std::string::npos);
}

gluster::BrickState answering_brick() {
  return {{*Host::parse("gl1"), "/srv/b"}, gluster::BrickState::Kind::kAnswers, 49152, ""};
}

constexpr const char* kAttached = "0-g0-client-0: Connected, attached to remote volume\n";

TEST_F(RunMount, WarnsIfVolumeLacksBricks) {
  system.brick_count = 2;
  system.log = kAttached;
  system.bricks_say = {answering_brick(),
                       {.brick = {*Host::parse("gl2"), "/srv/b"},
                        .kind = gluster::BrickState::Kind::kNoGlusterd,
                        .port = 24007,
                        .detail = "no connection"}};
  ASSERT_TRUE(run());
  EXPECT_THAT(reported, AllOf(HasSubstr("warning: volume g0 is mounted without 1 of its 2 bricks"),
                              HasSubstr("gl2:24007")));
}

TEST_F(RunMount, DoesNotExamineBricksIfClientHasAll) {
  system.brick_count = 1;
  system.log = kAttached;
  ASSERT_TRUE(run());
  system.brick_count = 0;  // not known, as with encrypted management
  system.log = "";
  ASSERT_TRUE(run());
  EXPECT_THAT(system.examined, IsEmpty());
}

TEST_F(RunMount, PrintsNothingIfExaminedBricksAnswer) {
  system.brick_count = 1;  // and log-level=WARNING
  system.bricks_say = {answering_brick()};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.examined, SizeIs(1));
  EXPECT_EQ(reported, "");
}

TEST_F(RunMount, StopsAfterInterruption) {
  system.attempts_end = {fail(ErrorCode::kInterrupted, "interrupted")};
  EXPECT_EQ(run().error().code, ErrorCode::kInterrupted);
  EXPECT_THAT(system.attempts, SizeIs(1));
}

TEST_F(RunMount, ReportsInterruptionIfItEndedClient) {
  system.interrupted_meanwhile = &cancel;
  system.attempts_end = {fail(ErrorCode::kMountFailed, "ended with signal 15")};
  EXPECT_EQ(run("consul-servers=1").error().code, ErrorCode::kInterrupted);
}

TEST_F(RunMount, LimitsAttemptsToRemainingTime) {
  ASSERT_TRUE(run("consul-retry=0"));
  const auto& attempt = system.attempts.front();
  EXPECT_THAT(attempt.answered.at() - system.now(), Le(25s));
  EXPECT_THAT(attempt.fetched.at() - system.now(), Le(4s))
      << "a working primary responds immediately";
}

TEST_F(RunMount, RejectsBrickAsTargetBeforeLookup) {
  system.target_allowed = fail(ErrorCode::kUsage, "is a brick");
  EXPECT_EQ(run().error().code, ErrorCode::kUsage);
  EXPECT_THAT(system.probes, IsEmpty());
}

TEST_F(RunMount, ReportsMissingClientBeforeLookup) {
  system.client_found = fail(ErrorCode::kSystem, "not installed");
  EXPECT_EQ(run().error().code, ErrorCode::kSystem);
  EXPECT_THAT(system.probes, IsEmpty());
}

TEST_F(RunMount, WarnsIfOthersCanRenamePath) {
  system.path_warning = Warning{"user 1000 can rename /home", "mount elsewhere"};
  ASSERT_TRUE(run());
  EXPECT_THAT(reported,
              HasSubstr("warning: user 1000 can rename /home\n  hint: mount elsewhere\n"));
}

TEST_F(RunMount, ReplacedTargetIsPermanentError) {
  system.attempts_end = {fail(ErrorCode::kConflict, "target changed")};
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kConflict);
  EXPECT_THAT(system.attempts, SizeIs(1));
  EXPECT_THAT(system.pauses, IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::mount
