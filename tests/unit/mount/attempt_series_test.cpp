#include "mount/attempt_series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using gluster::Verdict;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using namespace std::chrono_literals;

class AttemptSeries : public MountFixture {};

TEST_F(AttemptSeries, NextServerIsPrimaryAfterFailure) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "closed"), {}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.servers_of_attempt(1), ElementsAre("10.0.0.2", "10.0.0.3", "10.0.0.1"));
}

TEST_F(AttemptSeries, ReportsFirstFailureAsCause) {
  system.attempts_end = {fail(ErrorCode::kTimedOut, "first cause"),
                         fail(ErrorCode::kMountFailed, "second cause")};
  const auto ran = run("consul-retry=0");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, AllOf(HasSubstr("g0"), HasSubstr("first cause")));
  EXPECT_THAT(system.attempts, SizeIs(3)) << "each server once";
}

TEST_F(AttemptSeries, IsNotRetriedForUnresponsiveServerIfOthersReject) {
  system.servers_say = {{Verdict::kServes, Verdict::kServes, Verdict::kNoResponse}};
  system.attempts_end = {fail(ErrorCode::kMountFailed, "rejected"),
                         fail(ErrorCode::kMountFailed, "rejected"),
                         fail(ErrorCode::kTimedOut, "silent")};
  const auto ran = run();
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, HasSubstr("rejected"));
  EXPECT_THAT(system.pauses, IsEmpty());
}

gluster::BrickState silent_brick() {
  return {{*Host::parse("gl1"), "/srv/b"},
          gluster::BrickState::Kind::kNoResponse,
          49152,
          "no connection"};
}

TEST_F(AttemptSeries, ExaminesBricksOnceIfTheyAreCutOff) {
  system.attempts_end = {fail(ErrorCode::kUnreachable, "not connected")};
  system.bricks_say = {silent_brick()};
  const auto ran = run("consul-retry=0");
  EXPECT_THAT(ran.error().message,
              ::testing::MatchesRegex("the bricks are running, but their ports do not respond .*; "
                                      "mounting volume g0 from 10.0.0.1: not connected"));
  EXPECT_THAT(ran.error().hint, HasSubstr("firewall"));
  EXPECT_THAT(system.examined, ElementsAre("10.0.0.1:24007"));
}

TEST_F(AttemptSeries, ReportsWhatBricksReplied) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "gave up")};
  system.log = "SETVOLUME on remote-host failed [{remote-error=Authentication failed}, {errno=13}";
  const auto ran = run();
  EXPECT_THAT(ran.error().message,
              ::testing::StartsWith("the bricks of volume g0 do not accept this machine; "));
  EXPECT_THAT(system.examined, IsEmpty());
}

TEST_F(AttemptSeries, DoesNotExamineBricksOfServerThatDoesNotServe) {
  system.servers_say = {{Verdict::kAccepts, Verdict::kAccepts, Verdict::kAccepts}};
  system.attempts_end = {fail(ErrorCode::kUnreachable, "not connected")};
  EXPECT_FALSE(run("consul-retry=0"));
  EXPECT_THAT(system.examined, IsEmpty());
}

TEST_F(AttemptSeries, KeepsHintsOfAllAttemptsWithoutDuplicates) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "first", "do this"),
                         fail(ErrorCode::kMountFailed, "second", "do that"),
                         fail(ErrorCode::kMountFailed, "third", "do this")};
  const auto ran = run();
  EXPECT_THAT(ran.error().message, HasSubstr("first"));
  EXPECT_EQ(ran.error().hint, "do this; do that");
}

TEST_F(AttemptSeries, NamesUnresponsiveServersIfClientFails) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kRefused, Verdict::kClosed}};
  system.attempts_end = {fail(ErrorCode::kMountFailed, "the client's words")};
  const auto ran = run("consul-retry=0");
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("10.0.0.1:24007 no response, 10.0.0.2:24007 refused"),
                    HasSubstr("the client's words")));
}

// A new client would have to wait for the same bricks again.
TEST_F(AttemptSeries, WaitsForBricksUntilWholeMountTimesOut) {
  ASSERT_TRUE(run("consul-retry=5m"));
  EXPECT_EQ(system.attempts.front().answered.at() - system.attempts_began.front(),
            5min + kMountSpan);
}

std::vector<Host> hosts(std::initializer_list<const char*> texts) {
  std::vector<Host> list;
  for (const auto* text : texts) list.push_back(*Host::parse(text));
  return list;
}

TEST(AttemptServers, AreRotatedWithoutDuplicates) {
  const auto planned = hosts({"10.0.0.1", "10.0.0.2"});
  EXPECT_EQ(attempt_servers(planned, 0, {}, {}, {}), planned);
  EXPECT_EQ(attempt_servers(planned, 1, {}, {}, {}), hosts({"10.0.0.2", "10.0.0.1"}));
  EXPECT_EQ(attempt_servers(planned, 0, hosts({"10.0.0.2", "gl9"}), {}, {}),
            hosts({"10.0.0.1", "10.0.0.2", "gl9"}));
}

TEST(AttemptServers, PutServiceNameAfterBrickHosts) {
  const auto planned = hosts({"10.0.0.1", "10.0.0.2"});
  const auto name = *HostName::parse("gluster.service.consul");
  EXPECT_EQ(attempt_servers(planned, 0, hosts({"gl9"}), hosts({"gl1", "10.0.0.2"}), name),
            hosts({"10.0.0.1", "10.0.0.2", "gl9", "gl1", "gluster.service.consul"}));
}

TEST(AttemptServers, OmitBrickHostsWithoutServiceName) {
  const auto planned = hosts({"10.0.0.1"});
  EXPECT_EQ(attempt_servers(planned, 0, {}, hosts({"gl1", "gl2"}), {}), planned);
}

struct SeriesRow {
  const char* name;
  std::vector<FailedAttempt> attempts;
  ErrorCode code;
  const char* message;
  bool is_transient;
};
void PrintTo(const SeriesRow& row, std::ostream* out) {
  *out << row.name;
}

FailedAttempt late(Verdict probed, const char* message = "late") {
  return {probed, {ErrorCode::kTimedOut, message}};
}
FailedAttempt rejected(Verdict probed, const char* message = "rejected") {
  return {probed, {ErrorCode::kMountFailed, message}};
}
FailedAttempt unreachable(Verdict probed, bool is_transient) {
  return {probed,
          {.code = ErrorCode::kUnreachable, .message = "no bricks", .transient = is_transient}};
}

class SeriesError : public ::testing::TestWithParam<SeriesRow> {};

TEST_P(SeriesError, DependsOnAttempts) {
  const auto& row = GetParam();
  const auto error = series_error(row.attempts);
  EXPECT_EQ(error.code, row.code);
  EXPECT_EQ(error.message, row.message);
  EXPECT_EQ(error.transient, row.is_transient);
}

constexpr auto kGood = Verdict::kServes;
constexpr auto kDead = Verdict::kNoResponse;
constexpr auto kFailed = ErrorCode::kMountFailed;

INSTANTIATE_TEST_SUITE_P(
    AttemptSeries, SeriesError,
    ::testing::Values(
        SeriesRow{"NoAttempt", {}, ErrorCode::kTimedOut, "no time left to mount", true},
        SeriesRow{"OneTimedOut", {late(kGood)}, kFailed, "late", true},
        SeriesRow{"OneRejected", {rejected(kGood)}, kFailed, "rejected", false},
        SeriesRow{"AllRejected", {rejected(kGood), rejected(kGood)}, kFailed, "rejected", false},
        SeriesRow{"AllTimedOut", {late(kDead), late(kDead)}, kFailed, "late", true},
        SeriesRow{"FirstIsTheCause",
                  {late(kGood, "first"), rejected(kGood, "second")},
                  kFailed,
                  "first",
                  true},
        SeriesRow{
            "ReachableServerTimedOut", {rejected(kGood), late(kGood)}, kFailed, "rejected", true},
        SeriesRow{"UnprobedServerTimedOut",
                  {rejected(kGood), late(Verdict::kNotAsked)},
                  kFailed,
                  "rejected",
                  true},
        SeriesRow{"DeadServerTimedOutAfterRejection",
                  {rejected(kGood), late(kDead)},
                  kFailed,
                  "rejected",
                  false},
        SeriesRow{"DeadServerTimedOutBeforeRejection",
                  {late(kDead), rejected(kGood)},
                  kFailed,
                  "late",
                  false},
        SeriesRow{"RefusedServerTimedOut",
                  {rejected(kGood), late(Verdict::kRefused)},
                  kFailed,
                  "rejected",
                  false},
        SeriesRow{"BricksStarting", {unreachable(kGood, true)}, kFailed, "no bricks", true},
        SeriesRow{"BricksRefuse", {unreachable(kGood, false)}, kFailed, "no bricks", false},
        SeriesRow{"Interrupted",
                  {late(kGood), {kGood, {ErrorCode::kInterrupted, "interrupted"}}},
                  ErrorCode::kInterrupted,
                  "interrupted",
                  false},
        SeriesRow{"TargetReplaced",
                  {{kGood, {ErrorCode::kConflict, "replaced"}}},
                  ErrorCode::kConflict,
                  "replaced",
                  false},
        SeriesRow{"MachineFailed",
                  {rejected(kGood), {kGood, {ErrorCode::kSystem, "no memory"}}},
                  ErrorCode::kSystem,
                  "no memory",
                  false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::mount
