#include "discovery/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <ostream>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using Action = LadderStep::Action;
using State = WayState;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct StepRow {
  const char* name;
  LadderState state;
  LadderStep expected;
};

void PrintTo(const StepRow& row, std::ostream* out) {
  *out << row.name;
}

class NextStep : public ::testing::TestWithParam<StepRow> {};

TEST_P(NextStep, IsAsTheLadderSays) {
  const auto step = next_step(GetParam().state);
  EXPECT_EQ(static_cast<int>(step.action), static_cast<int>(GetParam().expected.action));
  EXPECT_EQ(step.at_most, GetParam().expected.at_most);
}

INSTANTIATE_TEST_SUITE_P(
    Ladder, NextStep,
    ::testing::Values(
        StepRow{"HttpFirst",
                {State::kNotAsked, State::kNotAsked, 0ms, 0ms, false},
                {Action::kAskHttp, {}}},
        StepRow{"HttpHasAHeadStart",
                {State::kAsked, State::kNotAsked, 100ms, 0ms, false},
                {Action::kWait, 150ms}},
        StepRow{"DnsBesideASlowHttp",
                {State::kAsked, State::kNotAsked, 250ms, 0ms, false},
                {Action::kAskDns, {}}},
        StepRow{"DnsAtOnceWhenHttpFails",
                {State::kFailed, State::kNotAsked, 1ms, 0ms, false},
                {Action::kAskDns, {}}},
        StepRow{"HttpWinsAsItKnowsMore",
                {State::kAnswered, State::kAnswered, 300ms, 10ms, false},
                {Action::kTakeHttp, {}}},
        StepRow{"DnsWaitsALittleForHttp",
                {State::kAsked, State::kAnswered, 300ms, 10ms, false},
                {Action::kWait, 240ms}},
        StepRow{"DnsWinsWhenHttpStaysSilent",
                {State::kAsked, State::kAnswered, 700ms, 250ms, false},
                {Action::kTakeDns, {}}},
        StepRow{"DnsWinsAtOnceWhenHttpHasFailed",
                {State::kFailed, State::kAnswered, 2ms, 0ms, false},
                {Action::kTakeDns, {}}},
        StepRow{"AFinalNoEndsIt",
                {State::kFinal, State::kAnswered, 2ms, 0ms, false},
                {Action::kGiveUp, {}}},
        StepRow{"WaitsForHttpWhenDnsFailed",
                {State::kAsked, State::kFailed, 300ms, 0ms, false},
                {Action::kWait, {}}},
        StepRow{
            "WaitsForBoth", {State::kAsked, State::kAsked, 300ms, 0ms, false}, {Action::kWait, {}}},
        StepRow{"BothFailed",
                {State::kFailed, State::kFailed, 300ms, 0ms, false},
                {Action::kGiveUp, {}}},
        StepRow{"OnlyDns", {State::kOff, State::kNotAsked, 0ms, 0ms, false}, {Action::kAskDns, {}}},
        StepRow{"OnlyDnsAnswered",
                {State::kOff, State::kAnswered, 5ms, 0ms, false},
                {Action::kTakeDns, {}}},
        StepRow{"OnlyDnsAsked", {State::kOff, State::kAsked, 5ms, 0ms, false}, {Action::kWait, {}}},
        StepRow{
            "OnlyHttpAsked", {State::kAsked, State::kOff, 5000ms, 0ms, false}, {Action::kWait, {}}},
        StepRow{"OnlyHttpFailed",
                {State::kFailed, State::kOff, 5ms, 0ms, false},
                {Action::kGiveUp, {}}},
        StepRow{"ASilentConsulGivesWayToTheListAfterHalfASecond",
                {State::kAsked, State::kAsked, 500ms, 0ms, true},
                {Action::kTakeLastKnown, {}}},
        StepRow{"UntilThenItIsWaitedFor",
                {State::kAsked, State::kAsked, 300ms, 0ms, true},
                {Action::kWait, 200ms}},
        StepRow{"AFailedConsulGivesWayToTheListAtOnce",
                {State::kFailed, State::kFailed, 3ms, 0ms, true},
                {Action::kTakeLastKnown, {}}},
        StepRow{"TheListDoesNotOverruleAFinalNo",
                {State::kFinal, State::kFailed, 600ms, 0ms, true},
                {Action::kGiveUp, {}}},
        StepRow{"TheListDoesNotOverruleANoByDns",
                {State::kFailed, State::kFinal, 600ms, 0ms, true},
                {Action::kGiveUp, {}}},
        StepRow{"ANoByDnsWaitsForHttp",
                {State::kAsked, State::kFinal, 600ms, 0ms, true},
                {Action::kWait, {}}},
        StepRow{"AnAnswerByDnsIsBetterThanTheList",
                {State::kAsked, State::kAnswered, 600ms, 10ms, true},
                {Action::kWait, 240ms}},
        StepRow{
            "NothingToAsk", {State::kOff, State::kOff, 0ms, 0ms, false}, {Action::kGiveUp, {}}}),
    [](const auto& row) { return row.param.name; });

/// Answers at once, as told.
class MadeUp final : public Directory {
 public:
  Result<consul::Answer> http = fail(ErrorCode::kUnreachable, "HTTP: connection refused");
  Result<consul::Answer> dns = fail(ErrorCode::kUnreachable, "DNS: connection refused");
  std::atomic<int> http_asked = 0;
  std::atomic<int> dns_asked = 0;

  Result<consul::Answer> ask_http(const consul::HttpSettings&, const consul::ServiceQuery&,
                                  const Deadline&, const Cancel&) override {
    ++http_asked;
    return http;
  }
  Result<consul::Answer> ask_dns(const consul::DnsSettings&, const consul::ServiceQuery&,
                                 const Deadline&, const Cancel&) override {
    ++dns_asked;
    return dns;
  }
};

consul::Answer one(const std::string& node) {
  consul::Answer answer;
  answer.instances = {instance(node, "10.0.0.1")};
  return answer;
}

class LookUp : public ::testing::Test {
 protected:
  LookUp() {
    settings.http.emplace();
    settings.dns = consul::DnsSettings{{*Host::parse("127.0.0.1"), 8600}};
  }
  Result<Found> ask() {
    return look_up(directory, settings, query, last_known, Deadline::after(10s), cancel);
  }
  MadeUp directory;
  Settings settings;
  consul::ServiceQuery query;
  std::optional<LastKnown> last_known;
  Cancel cancel;
};

TEST_F(LookUp, TakesHttpAndAsksNobodyElse) {
  directory.http = one("gl1");
  const auto found = ask();
  EXPECT_EQ(found->via, "HTTP");
  EXPECT_EQ(found->answer.instances.front().node, "gl1");
  EXPECT_EQ(found->beside, "");
  EXPECT_EQ(directory.dns_asked, 0);
}

TEST_F(LookUp, FallsBackToDnsAndSaysWhy) {
  directory.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found->via, "DNS");
  EXPECT_THAT(found->beside, HasSubstr("HTTP: connection refused"));
}

TEST_F(LookUp, ARefusedTokenIsTheLastWord) {
  directory.http = fail(ErrorCode::kDenied, "403");
  directory.dns = one("gl2");
  EXPECT_EQ(ask().error().code, ErrorCode::kDenied);
  EXPECT_EQ(directory.dns_asked, 0);
}

struct RefusalRow {
  const char* name;
  ErrorCode code;
  bool is_last_word;
};
std::ostream& operator<<(std::ostream& out, const RefusalRow& row) {
  return out << row.name;
}

class Refusal : public LookUp, public ::testing::WithParamInterface<RefusalRow> {};

TEST_P(Refusal, IsTheLastWordOnlyWhereAskingAnotherWayCannotHelp) {
  const auto [name, code, is_last_word] = GetParam();
  directory.http = fail(code, "what HTTP says");
  directory.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found.has_value(), !is_last_word);
  EXPECT_EQ(directory.dns_asked, is_last_word ? 0 : 1);
  if (is_last_word) {
    EXPECT_EQ(found.error().code, code);
    EXPECT_EQ(found.error().message, "what HTTP says");
  } else {
    EXPECT_EQ(found->beside, "what HTTP says");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Ladder, Refusal,
    ::testing::Values(RefusalRow{"Usage", ErrorCode::kUsage, true},
                      RefusalRow{"Permission", ErrorCode::kPermission, true},
                      RefusalRow{"Bug", ErrorCode::kBug, true},
                      RefusalRow{"Interrupted", ErrorCode::kInterrupted, true},
                      RefusalRow{"Rejected", ErrorCode::kRejected, true},
                      RefusalRow{"Untrusted", ErrorCode::kUntrusted, true},
                      RefusalRow{"Denied", ErrorCode::kDenied, true},
                      RefusalRow{"Hidden", ErrorCode::kHidden, true},
                      RefusalRow{"Unknown", ErrorCode::kUnknown, true},
                      RefusalRow{"System", ErrorCode::kSystem, false},
                      RefusalRow{"Unreachable", ErrorCode::kUnreachable, false},
                      RefusalRow{"TimedOut", ErrorCode::kTimedOut, false},
                      RefusalRow{"Unavailable", ErrorCode::kUnavailable, false},
                      RefusalRow{"Unhealthy", ErrorCode::kUnhealthy, false},
                      RefusalRow{"BadReply", ErrorCode::kBadReply, false}),
    [](const auto& row) { return row.param.name; });

TEST_F(LookUp, TellsWhatDnsSaysWhereItIsTheOnlyWay) {
  settings.via = Via::kDns;
  EXPECT_EQ(ask().error().message, "DNS: connection refused");
}

TEST_F(LookUp, TellsOfBothWhenBothFail) {
  const auto found = ask();
  EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(found.error().message,
              AllOf(HasSubstr("HTTP: connection refused"), HasSubstr("DNS: connection refused")));
}

TEST_F(LookUp, WhatDnsKnowsSaysMoreThanASilentHttp) {
  directory.dns = fail(ErrorCode::kUnknown, "no such name");
  EXPECT_EQ(ask().error().code, ErrorCode::kUnknown);
}

TEST_F(LookUp, ViaAllowsOneWayOnly) {
  directory.http = one("gl1");
  directory.dns = one("gl2");
  settings.via = Via::kDns;
  EXPECT_EQ(ask()->via, "DNS");
  EXPECT_EQ(directory.http_asked, 0);
  settings.via = Via::kHttp;
  EXPECT_EQ(ask()->via, "HTTP");
}

TEST_F(LookUp, EverythingOffIsAUsageError) {
  settings.http.reset();
  settings.dns.reset();
  EXPECT_EQ(ask().error().code, ErrorCode::kUsage);
}

TEST_F(LookUp, TakesTheLastKnownListWhereConsulFailsAndSaysWhy) {
  last_known = LastKnown{WallClock::now(), one("remembered").instances};
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->answer.instances.front().node, "remembered");
  EXPECT_TRUE(found->last_known_since.has_value());
  EXPECT_THAT(found->beside,
              AllOf(HasSubstr("HTTP: connection refused"), HasSubstr("DNS: connection refused")));
}

TEST_F(LookUp, OneWayOnlyMeansNoListEither) {
  last_known = LastKnown{WallClock::now(), one("remembered").instances};
  settings.via = Via::kHttp;
  EXPECT_FALSE(ask().has_value());
}

TEST_F(LookUp, AnInterruptionEndsIt) {
  cancel.request();
  EXPECT_EQ(ask().error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul::discovery
