#include "mount/flow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/mount/fake_system.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using gluster::Verdict;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

class Flow : public ::testing::Test {
 protected:
  Result<Task> task(const std::string& options = "", const std::string& source = kSource) {
    auto split = split_options("consul-dns-addr=off,consul-order=consul," + options);
    if (!split) return tl::unexpected(split.error());
    return make_task(source, *split, {});
  }
  Result<void> run(const std::string& options = "") {
    const auto made = task(options);
    if (!made) return tl::unexpected(made.error());
    return run_mount("/mnt/g0", *made, system, cancel, report);
  }

  static constexpr const char* kSource = "gluster.service.consul:/g0";
  FakeSystem system;
  Cancel cancel;
  std::string said;
  Report report{"test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                [this](std::string_view text) { said += text; }};
};

TEST_F(Flow, MountsFromTheFirstWithTheOthersBehindIt) {
  ASSERT_TRUE(run());
  ASSERT_THAT(system.attempts, SizeIs(1));
  EXPECT_THAT(system.servers_of_attempt(0), ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.3"));
  const auto& attempt = system.attempts.front();
  EXPECT_EQ(attempt.command.target, "/mnt/g0");
  EXPECT_EQ(attempt.mounted_as, kSource);
  EXPECT_EQ(attempt.command.display_name, kSource);
  EXPECT_THAT(system.pauses, IsEmpty());
  EXPECT_EQ(said, "") << "a healthy mount is silent";
}

TEST_F(Flow, AnOptionThatTheClientIsTooOldForIsLeftOutWithOneWarning) {
  const Result<void> late = fail(ErrorCode::kTimedOut, "no description in time");
  system.attempts_end = {late, late, late, {}};
  ASSERT_TRUE(run("inode-table-size=131072"));
  constexpr std::string_view kWarning = "inode-table-size is ignored";
  EXPECT_THAT(said, HasSubstr(kWarning));
  EXPECT_EQ(said.find(kWarning), said.rfind(kWarning)) << said;
  for (const auto& attempt : system.attempts) {
    EXPECT_THAT(gluster::arguments(attempt.command), Not(Contains(HasSubstr("inode-table-size"))));
  }
}

TEST_F(Flow, LookupWarnsOfAnOptionThatTheClientIsTooOldFor) {
  const auto told = explain(*task("inode-table-size=131072"), "/mnt/g0", system, cancel, report);
  EXPECT_THAT(told.plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("inode-table-size is ignored"))));
  system.client_says = {InstalledClient{"/usr/sbin/glusterfs", {11, 1}}};
  const auto newer = explain(*task("inode-table-size=131072"), "/mnt/g0", system, cancel, report);
  EXPECT_THAT(newer.plan.warnings, IsEmpty());
  EXPECT_THAT(newer.command, Contains("--inode-table-size=131072"));
}

TEST_F(Flow, TheNextServerIsPrimaryWhenTheFirstEndsTheAttempt) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "closed"), {}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.servers_of_attempt(1), ElementsAre("10.0.0.2", "10.0.0.3", "10.0.0.1"));
}

TEST_F(Flow, TheFirstFailureIsTheCauseThatIsTold) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "first cause"),
                         fail(ErrorCode::kMountFailed, "second cause")};
  const auto ran = run("consul-retry=0");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, AllOf(HasSubstr("g0"), HasSubstr("first cause")));
  EXPECT_THAT(system.attempts, SizeIs(3)) << "each server once";
}

TEST_F(Flow, AttemptsThatRanOutOfTheirTimeAreMadeAgain) {
  const Result<void> late = fail(ErrorCode::kTimedOut, "no description in time");
  system.attempts_end = {late, late, late, {}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.attempts, SizeIs(4));
  EXPECT_THAT(system.pauses, SizeIs(1)) << "behind each server's turn";
  EXPECT_THAT(system.probes, SizeIs(2)) << "the servers may be others by now";
  EXPECT_THAT(said, AllOf(HasSubstr("no description in time"), HasSubstr("retrying for up")));
}

TEST_F(Flow, AttemptsThatAreMadeAgainHaveMoreTimeAndLongerPauses) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "late")};
  ASSERT_FALSE(run("consul-retry=5m"));
  EXPECT_EQ(system.time_to_fetch(0), 4s);
  EXPECT_EQ(system.time_to_fetch(2), 15s) << "the last of a round";
  EXPECT_EQ(system.time_to_fetch(3), 8s);
  EXPECT_EQ(system.time_to_fetch(6), 12s);
  for (std::size_t i = 0; i < system.attempts.size(); i += 3) {
    EXPECT_LE(system.time_to_fetch(i), 15s) << "a server that died meanwhile costs no more";
  }
  ASSERT_GE(system.pauses.size(), 4U);
  EXPECT_GT(system.pauses[3], system.pauses[0]);
}

TEST_F(Flow, AttemptsThatNeverComeInTimeEndWithTheWholeBudgetAndSayHowOften) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "late")};
  const auto start = system.now();
  const auto ran = run("consul-retry=60s");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("g0"), HasSubstr("late"), HasSubstr("tried"), HasSubstr("1m")));
  EXPECT_GT(system.now() - start, 50s);
  EXPECT_LE(system.now() - start, 85s);
}

TEST_F(Flow, AttemptsThatTheClientEndedAreFinal) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "rejected")};
  EXPECT_EQ(run().error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(system.attempts, SizeIs(3)) << "each server once";
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(Flow, BricksThatCannotBeReachedMayBeStartingYet) {
  const Result<void> cut_off = fail(ErrorCode::kUnreachable, "not connected");
  system.attempts_end = {cut_off, cut_off, cut_off, {}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.attempts, SizeIs(4));
  EXPECT_THAT(said, AllOf(HasSubstr("not connected"), HasSubstr("retrying for up")));
  system.attempts_end = {cut_off};
  EXPECT_EQ(run("consul-retry=0").error().code, ErrorCode::kMountFailed);
}

TEST_F(Flow, AServerThatWasSilentBeforeIsNoReasonToTryAgainWhatOthersRefuse) {
  system.servers_say = {{Verdict::kServes, Verdict::kServes, Verdict::kNoResponse}};
  system.attempts_end = {fail(ErrorCode::kMountFailed, "rejected"),
                         fail(ErrorCode::kMountFailed, "rejected"),
                         fail(ErrorCode::kTimedOut, "silent")};
  const auto ran = run();
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, HasSubstr("rejected"));
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(Flow, RetryFollowsTransientWhateverTheCode) {
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

TEST_F(Flow, HintsOfAllAttemptsAreKeptOnceEach) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "first", "do this"),
                         fail(ErrorCode::kMountFailed, "second", "do that"),
                         fail(ErrorCode::kMountFailed, "third", "do this")};
  const auto ran = run();
  EXPECT_THAT(ran.error().message, HasSubstr("first"));
  EXPECT_EQ(ran.error().hint, "do this; do that");
}

Error slow_client() {
  return {.code = ErrorCode::kSystem, .message = "its version: still running", .transient = true};
}

TEST_F(Flow, AClientThatIsSlowToTellItsVersionIsAskedAgain) {
  const Result<InstalledClient> late = fail(slow_client());
  system.client_says = {late, InstalledClient{"/usr/sbin/glusterfs", {10, 3}}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
  EXPECT_THAT(system.attempts, SizeIs(1));
}

TEST_F(Flow, AClientThatNeverTellsItsVersionIsAFaultOfThisMachine) {
  system.client_says = {fail(slow_client())};
  const auto ran = run("consul-retry=10s");
  EXPECT_EQ(ran.error().code, ErrorCode::kSystem);
  EXPECT_THAT(ran.error().message, HasSubstr("its version: still running (tried"));
  const auto told = explain(*task(), "/mnt/g0", system, cancel, report);
  EXPECT_EQ(told.problem->code, ErrorCode::kSystem);
}

TEST_F(Flow, WhatIsConcededIsSaidOnceHoweverOftenItIsTried) {
  const Result<void> late = fail(ErrorCode::kTimedOut, "late");
  system.attempts_end = {late, late, late, {}};
  auto answer = three_servers();
  answer.skipped = 1;
  answer.first_skipped = "it has no address";
  system.consul_says = {answer};
  ASSERT_TRUE(run());
  const auto first = said.find("it has no address");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(said.find("it has no address", first + 1), std::string::npos);
}

TEST_F(Flow, NothingIsTriedAfterAnInterruption) {
  system.attempts_end = {fail(ErrorCode::kInterrupted, "interrupted")};
  EXPECT_EQ(run().error().code, ErrorCode::kInterrupted);
  EXPECT_THAT(system.attempts, SizeIs(1));
}

TEST_F(Flow, AClientThatTheInterruptionEndedFirstIsNotTheCause) {
  system.interrupted_meanwhile = &cancel;
  system.attempts_end = {fail(ErrorCode::kMountFailed, "ended with signal 15")};
  EXPECT_EQ(run("consul-servers=1").error().code, ErrorCode::kInterrupted);
}

TEST_F(Flow, AttemptsEndWithTheTimeThatIsLeft) {
  ASSERT_TRUE(run("consul-retry=0"));
  const auto& attempt = system.attempts.front();
  EXPECT_THAT(attempt.answered.at() - system.now(), Le(25s));
  EXPECT_THAT(attempt.fetched.at() - system.now(), Le(4s)) << "a ready primary answers at once";
}

TEST_F(Flow, TheSameMountAgainIsSuccessAndRunsNothing) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  EXPECT_TRUE(run());
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(Flow, TheSameMountThatIsDeadIsNoSuccess) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  system.existing_answers = fail(ErrorCode::kMountFailed, "Transport endpoint is not connected");
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, HasSubstr("not connected"));
  EXPECT_THAT(ran.error().hint, HasSubstr("umount -l"));
}

TEST_F(Flow, TheSameMountMayHaveJustLostAServer) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  ASSERT_TRUE(run());
  EXPECT_GE(system.existing_may_take, 42s) << "network.ping-timeout of gluster";
  ASSERT_TRUE(run("consul-retry=0"));
  EXPECT_LE(system.existing_may_take, 25s) << "never more than the budget";
}

TEST_F(Flow, AnotherSourceOnTheTargetIsAConflictThatNamesBoth) {
  system.table = {{7, "/mnt/g0", "gluster.service.consul:/other", "fuse.glusterfs"}};
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kConflict);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("gluster.service.consul:/other"), HasSubstr(kSource)));
}

TEST_F(Flow, ATargetThatIsABrickEndsItBeforeAnythingIsAsked) {
  system.target_allowed = fail(ErrorCode::kUsage, "is a brick");
  EXPECT_EQ(run().error().code, ErrorCode::kUsage);
  EXPECT_THAT(system.probes, IsEmpty());
}

TEST_F(Flow, AMissingClientIsToldBeforeConsulIsAsked) {
  system.client_found = fail(ErrorCode::kSystem, "not installed");
  EXPECT_EQ(run().error().code, ErrorCode::kSystem);
  EXPECT_THAT(system.probes, IsEmpty());
}

TEST_F(Flow, WhatMayPassIsTriedAgainAndSaidOnce) {
  system.consul_says = {fail(ErrorCode::kUnavailable, "no cluster leader"),
                        fail(ErrorCode::kUnreachable, "connection refused"), three_servers()};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(2));
  EXPECT_GT(system.pauses[1], system.pauses[0] / 2);
  EXPECT_THAT(said, AllOf(HasSubstr("no cluster leader"), HasSubstr("up to 1m")));
  EXPECT_EQ(said.find("connection refused"), std::string::npos) << "later tries are steps";
}

TEST_F(Flow, WhatIsFinalIsNotTriedAgain) {
  system.consul_says = {fail(ErrorCode::kDenied, "403")};
  EXPECT_EQ(run().error().code, ErrorCode::kDenied);
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(Flow, TryingEndsWithConsulRetryAndSaysHowOften) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  const auto start = system.now();
  const auto ran = run("consul-retry=20s");
  ASSERT_FALSE(ran.has_value());
  EXPECT_THAT(ran.error().message, AllOf(HasSubstr("connection refused"), HasSubstr("tried")));
  EXPECT_LE(system.now() - start, 20s);
  EXPECT_GT(system.now() - start, 10s);
}

Error busy_for(milliseconds span) {
  return {.code = ErrorCode::kUnavailable, .message = "status 429", .retry_after = span};
}

TEST_F(Flow, AWaitThatConsulAsksForIsHonoured) {
  system.consul_says = {fail(busy_for(7s)), three_servers()};
  ASSERT_TRUE(run());
  ASSERT_THAT(system.pauses, SizeIs(1));
  EXPECT_GE(system.pauses[0], 7s);
  EXPECT_LE(system.pauses[0], 10500ms);
}

TEST_F(Flow, AWaitBeyondConsulRetryIsNotBegun) {
  system.consul_says = {fail(busy_for(30s))};
  const auto ran = run("consul-retry=20s");
  EXPECT_EQ(ran.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(Flow, AHelperThatConsulDoesNotAnswerTakesTheTurnAndEndsIt) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused"), three_servers()};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.questions, SizeIs(1));
  EXPECT_GE(system.turns_ended, 1);
}

TEST_F(Flow, AHealthyMountTakesNoTurn) {
  ASSERT_TRUE(run());
  EXPECT_THAT(system.questions, IsEmpty());
}

TEST_F(Flow, APermanentErrorTakesNoTurn) {
  system.consul_says = {fail(ErrorCode::kDenied, "refused the token")};
  ASSERT_FALSE(run());
  EXPECT_THAT(system.questions, IsEmpty());
}

TEST_F(Flow, WhileAnotherHelperHasTheTurnConsulIsNotAsked) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused"), three_servers()};
  system.others_turn_until = system.now() + 20s;
  const auto start = system.now();
  ASSERT_TRUE(run());
  EXPECT_EQ(system.look_ups, 2);
  EXPECT_GE(system.now() - start, 20s);
  EXPECT_LT(system.now() - start, 21s) << "it looks often whether the turn is over";
  EXPECT_THAT(said, HasSubstr("refused; retrying for up to"));
}

TEST_F(Flow, ATurnThatDoesNotEndIsWaitedForWithinConsulRetryAndConsulIsAskedOnceMore) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused")};
  system.others_turn_until = Clock::time_point::max();
  const auto start = system.now();
  const auto ran = run("consul-retry=5s");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(ran.error().message, HasSubstr("(tried 2 times within consul-retry=5s)"));
  EXPECT_LE(system.now() - start, 5s);
  EXPECT_EQ(system.look_ups, 2);
}

TEST_F(Flow, WaitingForAnotherHelperEndsWhenInterrupted) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "refused")};
  system.others_turn_until = Clock::time_point::max();
  cancel.request();
  EXPECT_EQ(run().error().code, ErrorCode::kInterrupted);
}

TEST_F(Flow, AQuestionToAnotherConsulOrForAnotherServiceIsAnother) {
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

TEST_F(Flow, APathThatOthersCanRenameIsAWarningAndNoMoreThanThat) {
  system.path_warning = Warning{"user 1000 can rename /home", "mount elsewhere"};
  ASSERT_TRUE(run());
  EXPECT_THAT(said, HasSubstr("warning: user 1000 can rename /home\n  hint: mount elsewhere\n"));
}

TEST_F(Flow, ATargetThatIsAnotherDirectoryByNowIsAPermanentError) {
  system.attempts_end = {fail(ErrorCode::kConflict, "target changed")};
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kConflict);
  EXPECT_THAT(system.attempts, SizeIs(1));
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(Flow, RetryZeroMeansOnce) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_FALSE(run("consul-retry=0"));
  EXPECT_THAT(system.pauses, IsEmpty());
}

TEST_F(Flow, WhereNobodyAnswersTheNextProbeIsGivenMoreTime) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kNoResponse, Verdict::kNoResponse},
                        {Verdict::kNoResponse, Verdict::kServes, Verdict::kNoResponse}};
  ASSERT_TRUE(run());
  ASSERT_THAT(system.probes, SizeIs(2));
  EXPECT_GT(system.probes[1].timeout, system.probes[0].timeout);
  EXPECT_THAT(system.servers_of_attempt(0), ElementsAre("10.0.0.2", "10.0.0.1", "10.0.0.3"));
}

TEST_F(Flow, WhereNobodyEverAnswersTheClientIsTriedAllTheSame) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kRefused, Verdict::kClosed}};
  ASSERT_TRUE(run("consul-retry=5s"));
  EXPECT_THAT(system.attempts, SizeIs(1)) << "never worse than by hand";
}

TEST_F(Flow, WhereTheClientFailsTooTheServersAreNamedWithWhatTheyDid) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kRefused, Verdict::kClosed}};
  system.attempts_end = {fail(ErrorCode::kMountFailed, "the client's words")};
  const auto ran = run("consul-retry=0");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("10.0.0.1:24007 no response, 10.0.0.2:24007 refused"),
                    HasSubstr("the client's words")));
}

TEST_F(Flow, AVolumeThatNobodyHasIsFinal) {
  system.servers_say = {{Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume}};
  EXPECT_EQ(run().error().code, ErrorCode::kNotServed);
  EXPECT_THAT(system.pauses, IsEmpty());
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(Flow, EncryptedManagementIsProbedByConnectingOnly) {
  system.encrypted = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(system.probes.front().method, gluster::ProbeMethod::kTcp);
}

TEST_F(Flow, TheServicesNameGoesLastWhereTheResolverKnowsIt) {
  system.name_resolves = true;
  ASSERT_TRUE(run("backup-volfile-servers=10.0.0.9"));
  EXPECT_THAT(system.names_resolved, ElementsAre("gluster.service.consul"));
  EXPECT_THAT(system.servers_of_attempt(0), ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.3",
                                                        "10.0.0.9", "gluster.service.consul"));
}

struct NameRow {
  const char* name;
  const char* options;
  bool resolves;
  bool is_appended;
};
void PrintTo(const NameRow& row, std::ostream* out) {
  *out << row.name;
}
class ServiceName : public Flow, public ::testing::WithParamInterface<NameRow> {};

TEST_P(ServiceName, IsAppendedAsTrustAndTheOptionSay) {
  system.name_resolves = GetParam().resolves;
  ASSERT_TRUE(run(GetParam().options));
  const auto servers = system.servers_of_attempt(0);
  EXPECT_EQ(servers.back() == "gluster.service.consul", GetParam().is_appended);
  const bool resolver_was_asked = !system.names_resolved.empty();
  EXPECT_TRUE(GetParam().is_appended || !resolver_was_asked || !GetParam().resolves);
}

INSTANTIATE_TEST_SUITE_P(
    Flow, ServiceName,
    ::testing::Values(
        NameRow{"HttpAndKnown", "", true, true}, NameRow{"HttpAndUnknown", "", false, false},
        NameRow{"HttpOn", "consul-backup-name=on", false, true},
        NameRow{"HttpOff", "consul-backup-name=off", true, false},
        NameRow{"NarrowedByATag", "consul-tag=ssd", true, false},
        NameRow{"NarrowedButOn", "consul-tag=ssd,consul-backup-name=on", true, true},
        NameRow{"Https", "consul-http-addr=https://127.0.0.1:8501", true, false},
        NameRow{"HttpsOn", "consul-http-addr=https://127.0.0.1:8501,consul-backup-name=on", true,
                true},
        NameRow{"HttpsNotVerified",
                "consul-http-addr=https://127.0.0.1:8501,consul-ssl-verify=false", true, true},
        NameRow{"UnixSocket", "consul-http-addr=unix:///run/consul.sock", true, false}),
    [](const auto& row) { return row.param.name; });

TEST_F(Flow, IgnoresListFromAnotherCluster) {
  ASSERT_TRUE(run("consul-http-addr=10.0.0.1:8500"));
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_FALSE(run("consul-http-addr=10.0.0.2:8500,consul-retry=0"));
  EXPECT_TRUE(run("consul-http-addr=http://10.0.0.1:8500"));
}

constexpr const char* kHttps = "consul-http-addr=https://127.0.0.1:8501,";

TEST_F(Flow, AuthenticatedConsulIgnoresAndReplacesListFromPlainHttp) {
  ASSERT_TRUE(run(std::string(kHttps) + "consul-ssl-verify=false"));
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_TRUE(run(std::string(kHttps) + "consul-ssl-verify=false"));
  EXPECT_FALSE(run(std::string(kHttps) + "consul-retry=0"));
  system.consul_says = {three_servers()};
  ASSERT_TRUE(run(kHttps));
  EXPECT_EQ(system.writes, 2);
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_TRUE(run(kHttps));
  EXPECT_THAT(said, HasSubstr("learned over HTTPS"));
}

TEST_F(Flow, AuthenticatedConsulDoesNotRememberServersFromDns) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  system.dns_says = three_servers();
  ASSERT_TRUE(run(std::string(kHttps) + "consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.writes, 0);
  EXPECT_THAT(said, HasSubstr("DNS, which is not authenticated"));
}

TEST_F(Flow, ListFromHttpIsNotReplacedByOneFromDns) {
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  const auto files = system.files;
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  system.dns_says = three_servers();
  system.dns_says->instances.pop_back();
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.files, files);
}

TEST_F(Flow, ListFromDnsIsRememberedAndReplacedByOneFromHttp) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  system.dns_says = three_servers();
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.writes, 1);
  system.consul_says = {three_servers()};
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.writes, 2);
}

TEST_F(Flow, ServerPortIsProbedAndMountedFromAndItsListIsForNoOtherMount) {
  ASSERT_TRUE(run("server-port=24017"));
  EXPECT_THAT(gluster::arguments(system.attempts.front().command),
              Contains("--volfile-server-port=24017"));
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_TRUE(run("server-port=24017"));
  EXPECT_FALSE(run("consul-retry=0"));
}

TEST_F(Flow, OneWayToConsulLeavesNoList) {
  ASSERT_TRUE(run("consul-via=http"));
  EXPECT_EQ(system.writes, 0);
}

TEST_F(Flow, AMountThatWorksIsRememberedOnceAndUsedWhenConsulIsAway) {
  ASSERT_TRUE(run());
  ASSERT_TRUE(run());
  EXPECT_EQ(system.writes, 1) << "the same servers need no second write";
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.servers_of_attempt(2), SizeIs(3));
  EXPECT_THAT(system.pauses, IsEmpty());
  EXPECT_THAT(said, AllOf(HasSubstr("connection refused"), HasSubstr("last successful mount")));
  EXPECT_EQ(system.writes, 1) << "a list is not made from itself";
}

TEST_F(Flow, ARememberedListOfServersThatDoNotAnswerIsNoReasonToStopWaitingForConsul) {
  ASSERT_TRUE(run());
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused"),
                        fail(ErrorCode::kUnreachable, "connection refused"), three_servers()};
  system.servers_say = {{Verdict::kNoResponse, Verdict::kNoResponse, Verdict::kNoResponse},
                        {Verdict::kServes, Verdict::kServes, Verdict::kServes}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
}

TEST_F(Flow, ARememberedListOfServersThatLostTheVolumeIsNoReasonToStopWaitingForConsul) {
  ASSERT_TRUE(run());
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused"),
                        fail(ErrorCode::kUnreachable, "connection refused"), three_servers()};
  system.servers_say = {{Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume},
                        {Verdict::kServes, Verdict::kServes, Verdict::kServes}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
  EXPECT_THAT(said, HasSubstr("retrying")) << "whoever waits is told what for";
}

TEST_F(Flow, AFailedMountIsNotRemembered) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "rejected")};
  EXPECT_FALSE(run());
  EXPECT_EQ(system.writes, 0);
}

TEST_F(Flow, AFullDiskIsNoReasonToFail) {
  system.full_disk = true;
  EXPECT_TRUE(run());
}

TEST_F(Flow, ADamagedListIsPassedOver) {
  ASSERT_TRUE(run());
  for (auto& [name, text] : system.files) text = "{";
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_EQ(run("consul-retry=0").error().code, ErrorCode::kUnreachable);
}

TEST_F(Flow, CacheOffNeitherReadsNorWrites) {
  ASSERT_TRUE(run("consul-cache=off"));
  EXPECT_EQ(system.writes, 0);
}

TEST_F(Flow, ExplainTellsTheCommandAndMountsNothing) {
  const auto made = task("log-level=WARNING");
  ASSERT_TRUE(made.has_value());
  const auto told = explain(*made, "/mnt/g0", system, cancel, report);
  EXPECT_FALSE(told.problem);
  EXPECT_THAT(told.command, Contains("--volfile-server=10.0.0.1"));
  EXPECT_THAT(told.command, Contains("--log-level=WARNING"));
  EXPECT_EQ(told.command.back(), "/mnt/g0");
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(Flow, ExplainKeepsWhatWasLearntBeforeAFailure) {
  system.servers_say = {{Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume}};
  const auto told = explain(*task(), "/mnt/g0", system, cancel, report);
  ASSERT_TRUE(told.problem);
  EXPECT_EQ(told.problem->code, ErrorCode::kNotServed);
  EXPECT_THAT(told.plan.candidates, SizeIs(3));
  EXPECT_THAT(told.command, IsEmpty());
}

// --- the pieces -------------------------------------------------------------

std::vector<Host> hosts(std::initializer_list<const char*> texts) {
  std::vector<Host> list;
  for (const auto* text : texts) list.push_back(*Host::parse(text));
  return list;
}

TEST(AttemptServers, AreRotatedAndNamedOnce) {
  const auto planned = hosts({"10.0.0.1", "10.0.0.2"});
  EXPECT_EQ(attempt_servers(planned, 0, {}, {}, {}), planned);
  EXPECT_EQ(attempt_servers(planned, 1, {}, {}, {}), hosts({"10.0.0.2", "10.0.0.1"}));
  EXPECT_EQ(attempt_servers(planned, 0, hosts({"10.0.0.2", "gl9"}), {}, {}),
            hosts({"10.0.0.1", "10.0.0.2", "gl9"}));
}

TEST(AttemptServers, KeepTheServicesNameBehindAllThatGlusterdWillName) {
  const auto planned = hosts({"10.0.0.1", "10.0.0.2"});
  const auto name = *HostName::parse("gluster.service.consul");
  EXPECT_EQ(attempt_servers(planned, 0, hosts({"gl9"}), hosts({"gl1", "10.0.0.2"}), name),
            hosts({"10.0.0.1", "10.0.0.2", "gl9", "gl1", "gluster.service.consul"}));
}

TEST(AttemptServers, LeaveTheBricksHostsToTheClientWithoutAName) {
  const auto planned = hosts({"10.0.0.1"});
  EXPECT_EQ(attempt_servers(planned, 0, {}, hosts({"gl1", "gl2"}), {}), planned);
}

TEST(Budget, OfTheDefaultsStaysInsideSystemdsNinetySeconds) {
  config::Settings settings;
  settings.retry = 60s;
  const Clock::time_point now{};
  EXPECT_LT(budget(settings, now).whole.at() - now, 90s);
  EXPECT_EQ(budget(settings, now).discovery.at() - now, 60s);
}

struct RefusedTask {
  const char* row;
  const char* source;
  const char* options;
  const char* hint;
};
void PrintTo(const RefusedTask& refused, std::ostream* out) {
  *out << refused.row;
}
class MakeTaskRefuses : public ::testing::TestWithParam<RefusedTask> {};

TEST_P(MakeTaskRefuses, AndNamesWhatIsWrong) {
  const auto& refused = GetParam();
  const auto options = split_options(refused.options);
  ASSERT_TRUE(options.has_value());
  const auto made = make_task(refused.source, *options, {});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", made.error()), HasSubstr(refused.hint));
}

INSTANTIATE_TEST_SUITE_P(
    Task, MakeTaskRefuses,
    ::testing::Values(
        RefusedTask{"AnotherDomain", "gl1.example.com:/g0", "", "mount -t glusterfs"},
        RefusedTask{"NoVolume", "gluster.service.consul", "", "gluster.service.consul"},
        RefusedTask{"UnknownOption", "gluster:/g0", "consul-sever=1", "consul-sever"},
        RefusedTask{"Remount", "gluster:/g0", "remount,ro", "remount"},
        RefusedTask{"TwoSubdirectories", "gluster:/g0/a", "subdir-mount=b", "specify only one"}),
    [](const auto& row) { return row.param.row; });

TEST(MakeTask, ASnapshotIsReadOnly) {
  const auto made = make_task("gluster:/snaps/s1/g0", {}, {});
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_TRUE(made->client.read_only);
}

TEST(MakeTask, SloppyLeavesOutWhatCannotBeUnderstoodAndSaysSo) {
  const auto options = split_options("log-file=relative.log,log-level=WARNING");
  EXPECT_FALSE(make_task("gluster:/g0", *options, {}).has_value());
  const auto made = make_task("gluster:/g0", *options, {}, Strictness::kSloppy);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_THAT(
      made->warnings,
      ElementsAre(Field(&Warning::message, AllOf(HasSubstr("relative.log"), HasSubstr("-s")))));
  EXPECT_THAT(made->client.arguments, Contains("--log-level=WARNING"));
}

TEST(MakeTask, TheDomainOfTheOptionsIsTheOneTheNameIsReadWith) {
  const auto options = split_options("consul-domain=corp.example");
  EXPECT_TRUE(make_task("gluster.service.corp.example:/g0", *options, {}).has_value());
  EXPECT_FALSE(make_task("gluster.service.consul:/g0", *options, {}).has_value());
}

}  // namespace
}  // namespace glusterconsul::mount
