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

TEST_P(NextStep, DependsOnState) {
  const auto step = next_step(GetParam().state);
  EXPECT_EQ(static_cast<int>(step.action), static_cast<int>(GetParam().expected.action));
  EXPECT_EQ(step.at_most, GetParam().expected.at_most);
}

INSTANTIATE_TEST_SUITE_P(
    Lookup, NextStep,
    ::testing::Values(StepRow{"HttpFirst",
                              {State::kNotAsked, State::kNotAsked, 0ms, 0ms, List::kNone},
                              {Action::kAskHttp, {}}},
                      StepRow{"HttpHasHeadStart",
                              {State::kAsked, State::kNotAsked, 100ms, 0ms, List::kNone},
                              {Action::kWait, 150ms}},
                      StepRow{"QueriesDnsWhileHttpIsSlow",
                              {State::kAsked, State::kNotAsked, 250ms, 0ms, List::kNone},
                              {Action::kAskDns, {}}},
                      StepRow{"FallsBackToDnsWhenHttpFails",
                              {State::kFailed, State::kNotAsked, 1ms, 0ms, List::kNone},
                              {Action::kAskDns, {}}},
                      StepRow{"PrefersHttpIfBothAnswer",
                              {State::kAnswered, State::kAnswered, 300ms, 10ms, List::kNone},
                              {Action::kTakeHttp, {}}},
                      StepRow{"WaitsBrieflyForHttpAfterDnsAnswered",
                              {State::kAsked, State::kAnswered, 300ms, 10ms, List::kNone},
                              {Action::kWait, 240ms}},
                      StepRow{"FallsBackToDnsWhenHttpDoesNotRespond",
                              {State::kAsked, State::kAnswered, 700ms, 250ms, List::kNone},
                              {Action::kTakeDns, {}}},
                      StepRow{"UsesDnsImmediatelyIfHttpHasFailed",
                              {State::kFailed, State::kAnswered, 2ms, 0ms, List::kNone},
                              {Action::kTakeDns, {}}},
                      StepRow{"PermanentErrorGivesUp",
                              {State::kFinal, State::kAnswered, 2ms, 0ms, List::kNone},
                              {Action::kGiveUp, {}}},
                      StepRow{"WaitsForHttpIfDnsFailed",
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
                      StepRow{"FallsBackToListAfterHalfASecond",
                              {State::kAsked, State::kAsked, 500ms, 0ms, List::kFromHttp},
                              {Action::kUseCache, {}}},
                      StepRow{"WaitsBeforeFallbackToList",
                              {State::kAsked, State::kAsked, 300ms, 0ms, List::kFromHttp},
                              {Action::kWait, 200ms}},
                      StepRow{"FallsBackToListImmediatelyIfBothFailed",
                              {State::kFailed, State::kFailed, 3ms, 0ms, List::kFromHttp},
                              {Action::kUseCache, {}}},
                      StepRow{"PermanentErrorOfHttpPreventsFallbackToList",
                              {State::kFinal, State::kFailed, 600ms, 0ms, List::kFromHttp},
                              {Action::kGiveUp, {}}},
                      StepRow{"PermanentErrorOfDnsPreventsFallbackToList",
                              {State::kFailed, State::kFinal, 600ms, 0ms, List::kFromHttp},
                              {Action::kGiveUp, {}}},
                      StepRow{"PermanentErrorOfDnsWaitsForHttp",
                              {State::kAsked, State::kFinal, 600ms, 0ms, List::kFromHttp},
                              {Action::kWait, {}}},
                      StepRow{"PrefersDnsOverList",
                              {State::kAsked, State::kAnswered, 600ms, 10ms, List::kFromHttp},
                              {Action::kWait, 240ms}},
                      StepRow{"IgnoresListFromDnsWhileHttpIsSlow",
                              {State::kAsked, State::kFailed, 4000ms, 0ms, List::kFromDns},
                              {Action::kWait, {}}},
                      StepRow{"UsesListFromDnsAfterHttpAndDnsFailed",
                              {State::kFailed, State::kFailed, 5ms, 0ms, List::kFromDns},
                              {Action::kUseCache, {}}},
                      StepRow{"UsesListFromDnsIfDnsDoesNotRespond",
                              {State::kFailed, State::kAsked, 600ms, 0ms, List::kFromDns},
                              {Action::kUseCache, {}}},
                      StepRow{"UsesListFromDnsIfHttpIsOff",
                              {State::kOff, State::kAsked, 500ms, 0ms, List::kFromDns},
                              {Action::kUseCache, {}}},
                      StepRow{"QueriesAuthenticatedHttpFirst",
                              {State::kNotAsked, State::kNotAsked, 0ms, 0ms, List::kNone, true},
                              {Action::kAskHttp, {}}},
                      StepRow{"DnsDoesNotOvertakeAuthenticatedHttp",
                              {State::kAsked, State::kNotAsked, 3000ms, 0ms, List::kNone, true},
                              {Action::kWait, {}}},
                      StepRow{"AuthenticatedHttpFallsBackToDnsAfterFailure",
                              {State::kFailed, State::kNotAsked, 1ms, 0ms, List::kNone, true},
                              {Action::kAskDns, {}}},
                      StepRow{"AuthenticatedHttpWithoutDnsGivesUp",
                              {State::kFailed, State::kOff, 1ms, 0ms, List::kNone, true},
                              {Action::kGiveUp, {}}},
                      StepRow{"WaitsForAuthenticatedHttpWithoutDns",
                              {State::kAsked, State::kOff, 4000ms, 0ms, List::kNone, true},
                              {Action::kWait, {}}},
                      StepRow{"WaitsForDnsAfterAuthenticatedHttpFailed",
                              {State::kFailed, State::kAsked, 900ms, 0ms, List::kNone, true},
                              {Action::kWait, {}}},
                      StepRow{"UsesDnsAfterAuthenticatedHttpFailed",
                              {State::kFailed, State::kAnswered, 900ms, 0ms, List::kNone, true},
                              {Action::kTakeDns, {}}},
                      StepRow{"AuthenticatedHttpAndDnsFailed",
                              {State::kFailed, State::kFailed, 900ms, 0ms, List::kNone, true},
                              {Action::kGiveUp, {}}},
                      StepRow{"PermanentErrorOfAuthenticatedHttpGivesUp",
                              {State::kFinal, State::kNotAsked, 1ms, 0ms, List::kFromHttp, true},
                              {Action::kGiveUp, {}}},
                      StepRow{"PrefersListFromAuthenticatedHttpOverDns",
                              {State::kFailed, State::kNotAsked, 1ms, 0ms, List::kFromHttp, true},
                              {Action::kUseCache, {}}},
                      StepRow{"SlowAuthenticatedHttpFallsBackToItsList",
                              {State::kAsked, State::kNotAsked, 500ms, 0ms, List::kFromHttp, true},
                              {Action::kUseCache, {}}},
                      StepRow{"WaitsForAuthenticatedHttpBeforeFallback",
                              {State::kAsked, State::kNotAsked, 300ms, 0ms, List::kFromHttp, true},
                              {Action::kWait, 200ms}},
                      StepRow{"NothingToQuery",
                              {State::kOff, State::kOff, 0ms, 0ms, List::kNone},
                              {Action::kGiveUp, {}}}),
    [](const auto& row) { return row.param.name; });

/// Returns the results that are set here, without delay.
class FakeDirectory final : public ConsulClient {
 public:
  Result<consul::LookupResult> http = fail(ErrorCode::kUnreachable, "HTTP: connection refused");
  Result<consul::LookupResult> dns = fail(ErrorCode::kUnreachable, "DNS: connection refused");
  std::atomic<int> http_asked = 0;
  std::atomic<int> dns_asked = 0;
  std::atomic<milliseconds> http_timeout = milliseconds(0);

  Result<consul::LookupResult> ask_http(const consul::HttpSettings&, const consul::ServiceQuery&,
                                        const Context& context) override {
    ++http_asked;
    http_timeout = context.deadline.remaining();
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
  FakeDirectory consul_client;
  config::Settings settings;
  consul::ServiceQuery query;
  std::optional<CachedServers> cached;
  TestContext test;
};

TEST_F(LookUp, UsesHttpWithoutQueryingDns) {
  consul_client.http = one("gl1");
  const auto found = ask();
  EXPECT_EQ(found->via, "HTTP");
  EXPECT_EQ(found->answer.instances.front().node, "gl1");
  EXPECT_EQ(found->beside, "");
  EXPECT_EQ(consul_client.dns_asked, 0);
}

TEST_F(LookUp, FallsBackToDnsAndReportsReason) {
  consul_client.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found->via, "DNS");
  EXPECT_THAT(found->beside, HasSubstr("HTTP: connection refused"));
}

TEST_F(LookUp, DeniedTokenPreventsFallback) {
  consul_client.http = fail(ErrorCode::kDenied, "403");
  consul_client.dns = one("gl2");
  EXPECT_EQ(ask().error().code, ErrorCode::kDenied);
  EXPECT_EQ(consul_client.dns_asked, 0);
}

struct HttpErrorRow {
  const char* name;
  ErrorCode code;
  bool is_final;
};
std::ostream& operator<<(std::ostream& out, const HttpErrorRow& row) {
  return out << row.name;
}

class HttpError : public LookUp, public ::testing::WithParamInterface<HttpErrorRow> {};

TEST_P(HttpError, PreventsFallbackOnlyIfFinal) {
  const auto [name, code, is_final] = GetParam();
  consul_client.http = fail(code, "the error of HTTP");
  consul_client.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found.has_value(), !is_final);
  EXPECT_EQ(consul_client.dns_asked, is_final ? 0 : 1);
  if (is_final) {
    EXPECT_EQ(found.error().code, code);
    EXPECT_EQ(found.error().message, "the error of HTTP");
  } else {
    EXPECT_EQ(found->beside, "the error of HTTP");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lookup, HttpError,
    ::testing::Values(HttpErrorRow{"Usage", ErrorCode::kUsage, true},
                      HttpErrorRow{"Permission", ErrorCode::kPermission, true},
                      HttpErrorRow{"Unreadable", ErrorCode::kUnreadable, true},
                      HttpErrorRow{"Bug", ErrorCode::kBug, true},
                      HttpErrorRow{"Interrupted", ErrorCode::kInterrupted, true},
                      HttpErrorRow{"Rejected", ErrorCode::kRejected, true},
                      HttpErrorRow{"Untrusted", ErrorCode::kUntrusted, true},
                      HttpErrorRow{"Denied", ErrorCode::kDenied, true},
                      HttpErrorRow{"Hidden", ErrorCode::kHidden, true},
                      HttpErrorRow{"Unknown", ErrorCode::kUnknown, true},
                      HttpErrorRow{"System", ErrorCode::kSystem, false},
                      HttpErrorRow{"Unreachable", ErrorCode::kUnreachable, false},
                      HttpErrorRow{"TimedOut", ErrorCode::kTimedOut, false},
                      HttpErrorRow{"Unavailable", ErrorCode::kUnavailable, false},
                      HttpErrorRow{"Unhealthy", ErrorCode::kUnhealthy, false},
                      HttpErrorRow{"BadReply", ErrorCode::kBadReply, false}),
    [](const auto& row) { return row.param.name; });

TEST_F(LookUp, ReportsDnsErrorIfOnlyDnsIsUsed) {
  settings.via = config::Via::kDns;
  EXPECT_EQ(ask().error().message, "DNS: connection refused");
}

TEST_F(LookUp, ReportsBothErrors) {
  const auto found = ask();
  EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(found.error().message,
              AllOf(HasSubstr("HTTP: connection refused"), HasSubstr("DNS: connection refused")));
}

TEST_F(LookUp, FallsBackToDnsIfAgentBlocksHttp) {
  consul_client.http = fail(Error{.code = ErrorCode::kUnavailable,
                                  .message = "blocked",
                                  .hint = "set consul-via=dns",
                                  .transient = false});
  consul_client.dns = one("gl2");
  const auto found = ask();
  EXPECT_EQ(found->via, "DNS");
  EXPECT_EQ(found->beside, "blocked");
}

TEST_F(LookUp, IsTransientIfEitherErrorIsTransient) {
  for (const bool http : {true, false}) {
    for (const bool dns : {true, false}) {
      consul_client.http =
          fail(Error{.code = ErrorCode::kUnavailable, .message = "HTTP", .transient = http});
      consul_client.dns =
          fail(Error{.code = ErrorCode::kUnavailable, .message = "DNS", .transient = dns});
      EXPECT_EQ(ask().error().transient, http || dns) << http << dns;
    }
  }
}

TEST_F(LookUp, PrefersErrorOfDnsIfHttpIsUnreachable) {
  consul_client.dns = fail(ErrorCode::kUnknown, "no such name");
  EXPECT_EQ(ask().error().code, ErrorCode::kUnknown);
}

TEST_F(LookUp, ViaRestrictsToOneInterface) {
  consul_client.http = one("gl1");
  consul_client.dns = one("gl2");
  settings.via = config::Via::kDns;
  EXPECT_EQ(ask()->via, "DNS");
  EXPECT_EQ(consul_client.http_asked, 0);
  settings.via = config::Via::kHttp;
  EXPECT_EQ(ask()->via, "HTTP");
}

TEST_F(LookUp, RejectsHttpAndDnsOff) {
  settings.http.reset();
  settings.dns.reset();
  EXPECT_EQ(ask().error().code, ErrorCode::kUsage);
}

TEST_F(LookUp, FallsBackToCachedListAndReportsReason) {
  cached = CachedServers{WallClock::now(), consul::Channel::kHttp, "", one("remembered").instances};
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->answer.instances.front().node, "remembered");
  EXPECT_TRUE(found->cached_since.has_value());
  EXPECT_THAT(found->beside,
              AllOf(HasSubstr("HTTP: connection refused"), HasSubstr("DNS: connection refused")));
}

TEST_F(LookUp, ViaPreventsFallbackToCachedList) {
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

TEST_F(AuthenticatedLookUp, ReportsChannel) {
  consul_client.http = one("gl1");
  EXPECT_EQ(ask()->channel, consul::Channel::kHttps);
  settings.http->verify = false;
  EXPECT_EQ(ask()->channel, consul::Channel::kHttp);
  settings.http->unix_socket = "/run/consul.sock";
  EXPECT_EQ(ask()->channel, consul::Channel::kUnixSocket);
}

TEST_F(AuthenticatedLookUp, FallsBackToDnsOnlyAfterFailure) {
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->channel, consul::Channel::kDns);
  EXPECT_THAT(found->beside, HasSubstr("HTTP: connection refused"));
}

TEST_F(AuthenticatedLookUp, LeavesTimeForFallback) {
  static_cast<void>(ask());
  EXPECT_LE(consul_client.http_timeout.load(), 7500ms);
  EXPECT_GT(consul_client.http_timeout.load(), 7000ms);
  settings.dns.reset();
  static_cast<void>(ask());
  EXPECT_GT(consul_client.http_timeout.load(), 9500ms) << "there is no fallback";
}

TEST_F(AuthenticatedLookUp, PrefersCachedListOverDns) {
  cached =
      CachedServers{WallClock::now(), consul::Channel::kHttps, "", one("remembered").instances};
  const auto found = ask();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->answer.instances.front().node, "remembered");
  EXPECT_EQ(found->channel, consul::Channel::kHttps);
  EXPECT_EQ(consul_client.dns_asked, 0);
}

TEST_F(AuthenticatedLookUp, DnsDoesNotMakeErrorPermanent) {
  for (const auto code : {ErrorCode::kUntrusted, ErrorCode::kUnknown}) {
    consul_client.dns = fail(code, "another user answers");
    const auto found = ask();
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
    EXPECT_THAT(found.error().message, HasSubstr("another user answers"));
  }
}

TEST_F(AuthenticatedLookUp, ReportsViaDnsAsReason) {
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

TEST_F(LookUp, ReturnsWhenInterrupted) {
  test.cancel.request();
  EXPECT_EQ(ask().error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul::discovery
