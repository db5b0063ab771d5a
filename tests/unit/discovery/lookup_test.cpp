#include "discovery/lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <ostream>

#include "instances.hpp"
#include "test_context.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using Action = LookupStep::Action;
using State = TransportState;
using List = ListState;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct StepRow {
  const char* name;
  LookupState state;
  LookupStep expected;
};

void PrintTo(const StepRow& row, std::ostream* out) {
  *out << row.name;
}

class NextStep : public ::testing::TestWithParam<StepRow> {};

TEST_P(NextStep, FollowsFromTheState) {
  const auto step = next_step(GetParam().state);
  EXPECT_EQ(static_cast<int>(step.action), static_cast<int>(GetParam().expected.action));
  EXPECT_EQ(step.at_most, GetParam().expected.at_most);
}

INSTANTIATE_TEST_SUITE_P(
    Lookup, NextStep,
    ::testing::Values(StepRow{"HttpFirst",
                              {State::kNotAsked, State::kNotAsked, 0ms, 0ms, List::kNone},
                              {Action::kAskHttp, {}}},
                      StepRow{"HttpHasAHeadStart",
                              {State::kAsked, State::kNotAsked, 100ms, 0ms, List::kNone},
                              {Action::kWait, 150ms}},
                      StepRow{"DnsBesideASlowHttp",
                              {State::kAsked, State::kNotAsked, 250ms, 0ms, List::kNone},
                              {Action::kAskDns, {}}},
                      StepRow{"DnsAtOnceWhenHttpFails",
                              {State::kFailed, State::kNotAsked, 1ms, 0ms, List::kNone},
                              {Action::kAskDns, {}}},
                      StepRow{"HttpWinsAsItKnowsMore",
                              {State::kAnswered, State::kAnswered, 300ms, 10ms, List::kNone},
                              {Action::kTakeHttp, {}}},
                      StepRow{"DnsWaitsALittleForHttp",
                              {State::kAsked, State::kAnswered, 300ms, 10ms, List::kNone},
                              {Action::kWait, 240ms}},
                      StepRow{"DnsWinsWhenHttpStaysSilent",
                              {State::kAsked, State::kAnswered, 700ms, 250ms, List::kNone},
                              {Action::kTakeDns, {}}},
                      StepRow{"DnsWinsAtOnceWhenHttpHasFailed",
                              {State::kFailed, State::kAnswered, 2ms, 0ms, List::kNone},
                              {Action::kTakeDns, {}}},
                      StepRow{"AFinalNoEndsIt",
                              {State::kFinal, State::kAnswered, 2ms, 0ms, List::kNone},
                              {Action::kGiveUp, {}}},
                      StepRow{"WaitsForHttpWhenDnsFailed",
                              {State::kAsked, State::kFailed, 300ms, 0ms, List::kNone},
                              {Action::kWait, {}}},
                      StepRow{"WaitsForBoth",
                              {State::kAsked, State::kAsked, 300ms, 0ms, List::kNone},
                              {Action::kWait, {}}},
                      StepRow{"BothFailed",
                              {State::kFailed, State::kFailed, 300ms, 0ms, List::kNone},
                              {Action::kGiveUp, {}}},
                      StepRow{"OnlyDns",
                              {State::kOff, State::kNotAsked, 0ms, 0ms, List::kNone},
                              {Action::kAskDns, {}}},
                      StepRow{"OnlyDnsAnswered",
                              {State::kOff, State::kAnswered, 5ms, 0ms, List::kNone},
                              {Action::kTakeDns, {}}},
                      StepRow{"OnlyDnsAsked",
                              {State::kOff, State::kAsked, 5ms, 0ms, List::kNone},
                              {Action::kWait, {}}},
                      StepRow{"OnlyHttpAsked",
                              {State::kAsked, State::kOff, 5000ms, 0ms, List::kNone},
                              {Action::kWait, {}}},
                      StepRow{"OnlyHttpFailed",
                              {State::kFailed, State::kOff, 5ms, 0ms, List::kNone},
                              {Action::kGiveUp, {}}},
                      StepRow{"ASilentConsulGivesWayToTheListAfterHalfASecond",
                              {State::kAsked, State::kAsked, 500ms, 0ms, List::kFromHttp},
                              {Action::kUseCache, {}}},
                      StepRow{"UntilThenItIsWaitedFor",
                              {State::kAsked, State::kAsked, 300ms, 0ms, List::kFromHttp},
                              {Action::kWait, 200ms}},
                      StepRow{"AFailedConsulGivesWayToTheListAtOnce",
                              {State::kFailed, State::kFailed, 3ms, 0ms, List::kFromHttp},
                              {Action::kUseCache, {}}},
                      StepRow{"TheListDoesNotOverruleAFinalNo",
                              {State::kFinal, State::kFailed, 600ms, 0ms, List::kFromHttp},
                              {Action::kGiveUp, {}}},
                      StepRow{"TheListDoesNotOverruleANoByDns",
                              {State::kFailed, State::kFinal, 600ms, 0ms, List::kFromHttp},
                              {Action::kGiveUp, {}}},
                      StepRow{"ANoByDnsWaitsForHttp",
                              {State::kAsked, State::kFinal, 600ms, 0ms, List::kFromHttp},
                              {Action::kWait, {}}},
                      StepRow{"AnAnswerByDnsIsBetterThanTheList",
                              {State::kAsked, State::kAnswered, 600ms, 10ms, List::kFromHttp},
                              {Action::kWait, 240ms}},
                      StepRow{"IgnoresListFromDnsWhileHttpIsSlow",
                              {State::kAsked, State::kFailed, 4000ms, 0ms, List::kFromDns},
                              {Action::kWait, {}}},
                      StepRow{"TakesListFromDnsAfterHttpAndDnsHaveFailed",
                              {State::kFailed, State::kFailed, 5ms, 0ms, List::kFromDns},
                              {Action::kUseCache, {}}},
                      StepRow{"TakesListFromDnsAfterHttpHasFailedAndDnsDoesNotRespond",
                              {State::kFailed, State::kAsked, 600ms, 0ms, List::kFromDns},
                              {Action::kUseCache, {}}},
                      StepRow{"TakesListFromDnsIfHttpIsOff",
                              {State::kOff, State::kAsked, 500ms, 0ms, List::kFromDns},
                              {Action::kUseCache, {}}},
                      StepRow{"AuthenticatedHttpIsAskedFirst",
                              {State::kNotAsked, State::kNotAsked, 0ms, 0ms, List::kNone, true},
                              {Action::kAskHttp, {}}},
                      StepRow{"AuthenticatedHttpIsNotOvertakenByDns",
                              {State::kAsked, State::kNotAsked, 3000ms, 0ms, List::kNone, true},
                              {Action::kWait, {}}},
                      StepRow{"AuthenticatedHttpFallsBackToDnsAfterItHasFailed",
                              {State::kFailed, State::kNotAsked, 1ms, 0ms, List::kNone, true},
                              {Action::kAskDns, {}}},
                      StepRow{"AuthenticatedHttpWithoutDnsGivesUp",
                              {State::kFailed, State::kOff, 1ms, 0ms, List::kNone, true},
                              {Action::kGiveUp, {}}},
                      StepRow{"AuthenticatedHttpWithoutDnsIsWaitedFor",
                              {State::kAsked, State::kOff, 4000ms, 0ms, List::kNone, true},
                              {Action::kWait, {}}},
                      StepRow{"AuthenticatedHttpHasFailedAndDnsIsWaitedFor",
                              {State::kFailed, State::kAsked, 900ms, 0ms, List::kNone, true},
                              {Action::kWait, {}}},
                      StepRow{"AuthenticatedHttpHasFailedAndDnsAnswered",
                              {State::kFailed, State::kAnswered, 900ms, 0ms, List::kNone, true},
                              {Action::kTakeDns, {}}},
                      StepRow{"AuthenticatedHttpAndDnsHaveFailed",
                              {State::kFailed, State::kFailed, 900ms, 0ms, List::kNone, true},
                              {Action::kGiveUp, {}}},
                      StepRow{"PermanentErrorOfAuthenticatedHttpAsksNobodyElse",
                              {State::kFinal, State::kNotAsked, 1ms, 0ms, List::kFromHttp, true},
                              {Action::kGiveUp, {}}},
                      StepRow{"ListFromAuthenticatedHttpGoesBeforeDns",
                              {State::kFailed, State::kNotAsked, 1ms, 0ms, List::kFromHttp, true},
                              {Action::kUseCache, {}}},
                      StepRow{"SlowAuthenticatedHttpGivesWayToItsList",
                              {State::kAsked, State::kNotAsked, 500ms, 0ms, List::kFromHttp, true},
                              {Action::kUseCache, {}}},
                      StepRow{"UntilThenAuthenticatedHttpIsWaitedFor",
                              {State::kAsked, State::kNotAsked, 300ms, 0ms, List::kFromHttp, true},
                              {Action::kWait, 200ms}},
                      StepRow{"NothingToAsk",
                              {State::kOff, State::kOff, 0ms, 0ms, List::kNone},
                              {Action::kGiveUp, {}}}),
    [](const auto& row) { return row.param.name; });

/// Answers at once, as told.
class MadeUp final : public ConsulClient {
 public:
  Result<consul::LookupResult> http = fail(ErrorCode::kUnreachable, "HTTP: connection refused");
  Result<consul::LookupResult> dns = fail(ErrorCode::kUnreachable, "DNS: connection refused");
  std::atomic<int> http_asked = 0;
  std::atomic<int> dns_asked = 0;
  std::atomic<milliseconds> http_may_take = milliseconds(0);

  Result<consul::LookupResult> ask_http(const consul::HttpSettings&, const consul::ServiceQuery&,
                                        const Context& context) override {
    ++http_asked;
    http_may_take = context.deadline.remaining();
    return http;
  }
  Result<consul::LookupResult> ask_dns(const consul::DnsSettings&, const consul::ServiceQuery&,
                                       const Context&) override {
    ++dns_asked;
    return dns;
  }
};

consul::LookupResult one(const std::string& node) {
  consul::LookupResult answer;
  answer.instances = {instance(node, "10.0.0.1")};
  return answer;
}

class LookUp : public ::testing::Test {
 protected:
  LookUp() {
    settings.http.emplace();
    settings.dns = consul::DnsSettings{{*Host::parse("127.0.0.1"), 8600}};
  }
  Result<Found> ask() { return look_up(consul_client, settings, query, cached, test.within(10s)); }
  MadeUp consul_client;
  config::Settings settings;
  consul::ServiceQuery query;
  std::optional<CachedServers> cached;
  TestContext test;
};

TEST_F(LookUp, TakesHttpAndAsksNobodyElse) {
  consul_client.http = one("gl1");
  const auto found = ask();
  EXPECT_EQ(found->via, "HTTP");
  EXPECT_EQ(found->answer.instances.front().node, "gl1");
  EXPECT_EQ(found->beside, "");
  EXPECT_EQ(consul_client.dns_asked, 0);
}

TEST_F(LookUp, FallsBackToDnsAndSaysWhy) {
  consul_client.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found->via, "DNS");
  EXPECT_THAT(found->beside, HasSubstr("HTTP: connection refused"));
}

TEST_F(LookUp, ARefusedTokenIsTheLastWord) {
  consul_client.http = fail(ErrorCode::kDenied, "403");
  consul_client.dns = one("gl2");
  EXPECT_EQ(ask().error().code, ErrorCode::kDenied);
  EXPECT_EQ(consul_client.dns_asked, 0);
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
  consul_client.http = fail(code, "what HTTP says");
  consul_client.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found.has_value(), !is_last_word);
  EXPECT_EQ(consul_client.dns_asked, is_last_word ? 0 : 1);
  if (is_last_word) {
    EXPECT_EQ(found.error().code, code);
    EXPECT_EQ(found.error().message, "what HTTP says");
  } else {
    EXPECT_EQ(found->beside, "what HTTP says");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lookup, Refusal,
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
  settings.via = config::Via::kDns;
  EXPECT_EQ(ask().error().message, "DNS: connection refused");
}

TEST_F(LookUp, TellsOfBothWhenBothFail) {
  const auto found = ask();
  EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(found.error().message,
              AllOf(HasSubstr("HTTP: connection refused"), HasSubstr("DNS: connection refused")));
}

TEST_F(LookUp, WhatDnsKnowsSaysMoreThanASilentHttp) {
  consul_client.dns = fail(ErrorCode::kUnknown, "no such name");
  EXPECT_EQ(ask().error().code, ErrorCode::kUnknown);
}

TEST_F(LookUp, ViaAllowsOneWayOnly) {
  consul_client.http = one("gl1");
  consul_client.dns = one("gl2");
  settings.via = config::Via::kDns;
  EXPECT_EQ(ask()->via, "DNS");
  EXPECT_EQ(consul_client.http_asked, 0);
  settings.via = config::Via::kHttp;
  EXPECT_EQ(ask()->via, "HTTP");
}

TEST_F(LookUp, EverythingOffIsAUsageError) {
  settings.http.reset();
  settings.dns.reset();
  EXPECT_EQ(ask().error().code, ErrorCode::kUsage);
}

TEST_F(LookUp, TakesTheLastKnownListWhereConsulFailsAndSaysWhy) {
  cached = CachedServers{WallClock::now(), consul::Channel::kHttp, "", one("remembered").instances};
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->answer.instances.front().node, "remembered");
  EXPECT_TRUE(found->cached_since.has_value());
  EXPECT_THAT(found->beside,
              AllOf(HasSubstr("HTTP: connection refused"), HasSubstr("DNS: connection refused")));
}

TEST_F(LookUp, OneWayOnlyMeansNoListEither) {
  cached = CachedServers{WallClock::now(), consul::Channel::kHttp, "", one("remembered").instances};
  settings.via = config::Via::kHttp;
  EXPECT_FALSE(ask().has_value());
}

class AuthenticatedLookUp : public LookUp {
 protected:
  AuthenticatedLookUp() {
    settings.http->scheme = consul::HttpSettings::Scheme::kHttps;
    consul_client.dns = one("from DNS");
  }
};

TEST_F(AuthenticatedLookUp, NamesItsChannel) {
  consul_client.http = one("gl1");
  EXPECT_EQ(ask()->channel, consul::Channel::kHttps);
  settings.http->verify = false;
  EXPECT_EQ(ask()->channel, consul::Channel::kHttp);
  settings.http->unix_socket = "/run/consul.sock";
  EXPECT_EQ(ask()->channel, consul::Channel::kUnixSocket);
}

TEST_F(AuthenticatedLookUp, FallsBackToDnsOnlyAfterItHasFailed) {
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->channel, consul::Channel::kDns);
  EXPECT_THAT(found->beside, HasSubstr("HTTP: connection refused"));
}

TEST_F(AuthenticatedLookUp, LeavesTimeForTheFallback) {
  ask();
  EXPECT_LE(consul_client.http_may_take.load(), 7500ms);
  EXPECT_GT(consul_client.http_may_take.load(), 7000ms);
  settings.dns.reset();
  ask();
  EXPECT_GT(consul_client.http_may_take.load(), 9500ms) << "nothing to fall back on";
}

TEST_F(AuthenticatedLookUp, TakesItsListBeforeDns) {
  cached =
      CachedServers{WallClock::now(), consul::Channel::kHttps, "", one("remembered").instances};
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->answer.instances.front().node, "remembered");
  EXPECT_EQ(found->channel, consul::Channel::kHttps);
  EXPECT_EQ(consul_client.dns_asked, 0);
}

TEST_F(AuthenticatedLookUp, DnsCannotMakeItsErrorPermanent) {
  for (const auto code : {ErrorCode::kUntrusted, ErrorCode::kUnknown}) {
    consul_client.dns = fail(code, "another user answers");
    const auto found = ask();
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
    EXPECT_THAT(found.error().message, HasSubstr("another user answers"));
  }
}

TEST_F(AuthenticatedLookUp, ViaDnsIsNamedAsTheReason) {
  settings.via = config::Via::kDns;
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->beside, "consul-via=dns");
  EXPECT_EQ(consul_client.http_asked, 0);
  settings.http->scheme = consul::HttpSettings::Scheme::kHttp;
  EXPECT_EQ(ask()->beside, "");
}

TEST_F(LookUp, IgnoresListFromDnsUnlessHttpHasFailed) {
  cached = CachedServers{WallClock::now(), consul::Channel::kDns, "", one("remembered").instances};
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->channel, consul::Channel::kDns);
}

TEST_F(LookUp, AnInterruptionEndsIt) {
  test.cancel.request();
  EXPECT_EQ(ask().error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul::discovery
