#include "consul/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <thread>

#include "consul/http_address.hpp"
#include "consul/http_exchange.hpp"
#include "loopback/consul/client_settings.hpp"
#include "loopback/consul/fake_http.hpp"
#include "loopback/consul/gluster_lookup.hpp"
#include "loopback/util/fake_resolver.hpp"
#include "test_context.hpp"
#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using loopback::answers;
using loopback::FakeHttp;
using loopback::HttpBehaviour;
using loopback::HttpRequest;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kOneInstance = R"([{"Node":{"Node":"s1","Address":"10.0.0.1"},
  "Service":{"ID":"gl-1","Port":24007},"Checks":[]}])";

Result<LookupResult> ask(const HttpSettings& settings, milliseconds within = 10s,
                         const ServiceQuery& query = gluster_query()) {
  return ask_http(settings, query, kFallback, TestContext().within(within));
}

TEST(HttpClient, ReturnsInstances) {
  const FakeHttp consul(answers(200, kOneInstance));
  const auto answer = ask(settings_for(consul));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  ASSERT_THAT(answer->instances, SizeIs(1));
  EXPECT_EQ(answer->instances[0].host.text(), "10.0.0.1");
  EXPECT_EQ(answer->stale, std::nullopt);
}

TEST(HttpClient, SendsTokenUserAgentAndHost) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.path_prefix = "/team";
  ASSERT_TRUE(ask(settings).has_value());
  ASSERT_THAT(consul.requests(), SizeIs(1));
  const auto request = consul.requests()[0];
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/team/v1/health/service/gluster");
  EXPECT_THAT(request.head, AllOf(HasSubstr("X-Consul-Token: s3cret-token\r\n"),
                                  HasSubstr("Authorization: Basic YWRtaW46czNjcmV0LXBhc3N3b3Jk"),
                                  HasSubstr("User-Agent: glusterconsul/"),
                                  HasSubstr("Host: " + consul.authority() + "\r\n")));
}

TEST(HttpClient, ConnectsToUnixSocket) {
  std::string directory = ::testing::TempDir() + "http_client_XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const auto path = directory + "/consul.sock";
  {
    const FakeHttp consul([](const HttpRequest&) { return answers(200, kOneInstance); }, path);
    HttpSettings settings;
    settings.unix_socket = path;
    const auto answer = ask(settings);
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_THAT(consul.requests().at(0).head, HasSubstr("Host: localhost\r\n"));
  }
  ::unlink(path.c_str());
  ::rmdir(directory.c_str());
}

struct Misbehaved {
  const char* row;
  HttpBehaviour behaviour;
  ErrorCode code;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Misbehaved& row) {
  return out << row.row;
}

class MisbehavingConsul : public ::testing::TestWithParam<Misbehaved> {};

TEST_P(MisbehavingConsul, FailsInTimeWithoutShowingSecrets) {
  const FakeHttp consul(GetParam().behaviour);
  // Only cases that must time out have a short timeout; others may be slow on a busy machine.
  const auto limit = GetParam().code == ErrorCode::kTimedOut ? 300ms : 4s;
  const auto start = Clock::now();
  const auto answer = ask(settings_for(consul), limit);
  EXPECT_LT(Clock::now() - start, 5s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, GetParam().code) << answer.error().message;
  EXPECT_THAT(answer.error().message,
              AllOf(HasSubstr(consul.authority()), HasSubstr(GetParam().message),
                    Not(HasSubstr("s3cret"))));
}

const std::string kHead = "HTTP/1.1 200 OK\r\n";

std::string repeated(std::string_view part, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += part;
  return whole;
}

INSTANTIATE_TEST_SUITE_P(
    HttpClient, MisbehavingConsul,
    ::testing::Values(
        Misbehaved{"DoesNotRespond", loopback::never_responds(), ErrorCode::kTimedOut, "in time"},
        Misbehaved{"ClosesImmediately", loopback::closes(), ErrorCode::kUnreachable,
                   "does not respond"},
        Misbehaved{"ByteByByte", loopback::drips(kHead + "Content-Length: 2\r\n\r\n[]", 50ms),
                   ErrorCode::kTimedOut, "in time"},
        Misbehaved{"ClosesDuringReply", loopback::sends(kHead + "Content-Length: 100\r\n\r\n[{"),
                   ErrorCode::kUnreachable, "does not respond"},
        Misbehaved{"LengthAboveMaximum",
                   loopback::sends(kHead + "Content-Length: 999999999999\r\n\r\n["),
                   ErrorCode::kBadReply, "larger than the limit"},
        Misbehaved{"EndlessHeaders",
                   loopback::floods(kHead, "X-More: " + std::string(500, 'x') + "\r\n"),
                   ErrorCode::kBadReply, "larger than the limit"},
        Misbehaved{"OneHugeHeader",
                   loopback::sends(kHead + "X-Long: " + std::string(1'000'000, 'x') + "\r\n\r\n[]"),
                   ErrorCode::kBadReply, "larger than the limit"},
        Misbehaved{"NotHttp", loopback::sends("220 mail.example ESMTP\r\n"), ErrorCode::kBadReply,
                   ""},
        Misbehaved{"Redirect", answers(301, "", "Location: http://127.0.0.1:1/\r\n"),
                   ErrorCode::kBadReply, "redirect"},
        Misbehaved{"HtmlPage", answers(200, "<html>login</html>"), ErrorCode::kBadReply,
                   "not valid JSON"},
        Misbehaved{"ObjectInsteadOfList", answers(200, "{}"), ErrorCode::kBadReply,
                   "not a list of instances"},
        Misbehaved{"DeepNesting",
                   answers(200, std::string(100'000, '[') + std::string(100'000, ']')),
                   ErrorCode::kBadReply, "nested"},
        Misbehaved{"TooManyValues", answers(200, "{" + repeated("\"a\":0,", 100'000) + "\"b\":0}"),
                   ErrorCode::kBadReply, "too many values"},
        Misbehaved{"TooManyEmptyEntries", answers(200, "[" + repeated("{},", 150'000) + "{}]"),
                   ErrorCode::kBadReply, "none of its entries can be used (150001 skipped)"},
        Misbehaved{"EntryOfTooManyValues", answers(200, "[[" + repeated("{},", 100'000) + "{}]]"),
                   ErrorCode::kBadReply, "entry 1: larger than the limit"},
        Misbehaved{"InvalidUtf8", answers(200, "[\"\xff\"]"), ErrorCode::kBadReply,
                   "not valid JSON"},
        Misbehaved{"OnlyMalformedEntries", answers(200, "[1,2]"), ErrorCode::kBadReply,
                   "none of its entries can be used (2 skipped)"},
        Misbehaved{"DeniesToken", answers(403, "ACL not found"), ErrorCode::kDenied,
                   "ACL not found"},
        Misbehaved{"RejectsQuery", answers(400, "Invalid"), ErrorCode::kRejected, "Invalid"},
        Misbehaved{"NoLeader", answers(500, "No cluster leader"), ErrorCode::kUnavailable,
                   "No cluster leader"}),
    [](const auto& row) { return row.param.row; });

TEST(HttpClient, LimitsEndlessBody) {
  const FakeHttp consul(
      loopback::floods("HTTP/1.1 200 OK\r\n\r\n[", std::string(64UL * 1024, ' ')));
  const auto answer = ask(settings_for(consul), 20s);
  EXPECT_EQ(answer.error().code, ErrorCode::kBadReply) << answer.error().message;
}

TEST(HttpClient, ReportsConnectionRefused) {
  HttpSettings settings;
  settings.server = Endpoint{*Host::parse("127.0.0.1"), loopback::closed_port()};
  const auto answer = ask(settings);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(answer.error().message,
              AllOf(StartsWith("Consul at 127.0.0.1:"), HasSubstr("Connection refused")));
  EXPECT_THAT(answer.error().hint, HasSubstr("the agent is running"));
}

TEST(HttpClient, RejectsTlsWithPlainHttpServer) {
  std::signal(SIGPIPE, SIG_IGN);  // as HttpExchange requires
  const FakeHttp consul(loopback::sends("HTTP/1.1 400 Bad Request\r\n\r\n"));
  // FakeHttp reads until a blank line, which a TLS ClientHello need not contain.
  const loopback::LoopbackServer plain([](loopback::Connection& connection) {
    static_cast<void>(connection.receive());
    connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.wait_for_close();
  });
  auto settings = settings_for(consul);
  settings.server = Endpoint{*Host::parse("127.0.0.1"), plain.port()};
  settings.scheme = HttpSettings::Scheme::kHttps;
  settings.verify = false;  // this machine may have no CA certificates
  const auto answer = ask(settings);
  EXPECT_EQ(answer.error().code, ErrorCode::kUntrusted);
  EXPECT_THAT(answer.error().hint, HasSubstr("the HTTPS port of Consul"));
}

TEST(HttpClient, RejectsInstancesIfConsulIgnoresPartition) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto query = gluster_query();
  query.service.partition = "storage";
  const auto answer = ask(settings_for(consul), 10s, query);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kRejected);
  EXPECT_THAT(answer.error().message,
              AllOf(StartsWith("Consul at 127.0.0.1:"),
                    HasSubstr("the partition 'storage' was ignored: entry 1 (service 'gl-1' on "
                              "node 's1') is in the partition 'default'")));
  EXPECT_THAT(answer.error().hint, HasSubstr("Consul Enterprise 1.11"));
}

TEST(HttpClient, RejectsInstancesIfConsulIgnoresFilter) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto query = gluster_query();
  query.filter = "Node.Meta.rack == r1";
  const auto answer = ask(settings_for(consul), 10s, query);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kRejected);
  EXPECT_THAT(answer.error().message, HasSubstr("ignores filters"));
  EXPECT_THAT(consul.requests(), SizeIs(2));
}

TEST(HttpClient, AcceptsInstancesIfConsulAppliesFilter) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    const bool is_test = request.target.find("Service.ID") != std::string::npos;
    return answers(200, is_test ? "[]" : kOneInstance);
  }));
  auto query = gluster_query();
  query.filter = "Node.Meta.rack == r1";
  const auto answer = ask(settings_for(consul), 10s, query);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(answer->instances, SizeIs(1));
}

struct FilterTestFailure {
  const char* row;
  HttpBehaviour behaviour;
  ErrorCode code;
};
std::ostream& operator<<(std::ostream& out, const FilterTestFailure& row) {
  return out << row.row;
}

class FailingFilterTest : public ::testing::TestWithParam<FilterTestFailure> {};

TEST_P(FailingFilterTest, IsAnError) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    const bool is_test = request.target.find("Service.ID") != std::string::npos;
    return is_test ? GetParam().behaviour : answers(200, kOneInstance);
  }));
  auto query = gluster_query();
  query.filter = "Node.Meta.rack == r1";
  const auto answer = ask(settings_for(consul), 10s, query);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, GetParam().code);
  EXPECT_THAT(answer.error().message, Not(HasSubstr("s3cret")));
}

INSTANTIATE_TEST_SUITE_P(
    HttpClient, FailingFilterTest,
    ::testing::Values(FilterTestFailure{"Status", answers(500, "no s3cret-token"),
                                        ErrorCode::kUnavailable},
                      FilterTestFailure{"NoList", answers(200, "{}"), ErrorCode::kBadReply},
                      FilterTestFailure{"Closed", loopback::closes(), ErrorCode::kUnreachable}),
    [](const auto& row) { return row.param.row; });

struct TlsFileCase {
  const char* row;
  std::string HttpSettings::* setting;
  mode_t mode;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const TlsFileCase& row) {
  return out << row.row;
}

class TlsFilePermissions : public ::testing::TestWithParam<TlsFileCase> {};

TEST_P(TlsFilePermissions, AreCheckedBeforeSendingAnything) {
  const auto& row = GetParam();
  const auto path = ::testing::TempDir() + "tls_file_" + row.row;
  std::ofstream(path) << "anything\n";
  ASSERT_EQ(::chmod(path.c_str(), row.mode), 0);
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.scheme = HttpSettings::Scheme::kHttps;
  settings.*row.setting = path;
  const auto answer = ask(settings);
  std::remove(path.c_str());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kPermission);
  EXPECT_THAT(answer.error().message,
              AllOf(StartsWith("consul-"), HasSubstr(path), HasSubstr(row.message)));
  EXPECT_THAT(consul.requests(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    HttpClient, TlsFilePermissions,
    ::testing::Values(
        TlsFileCase{"GroupWritableCa", &HttpSettings::ca_cert, 0664, "change it"},
        TlsFileCase{"GroupWritableCertificate", &HttpSettings::client_cert, 0664, "change it"},
        TlsFileCase{"WorldReadableKey", &HttpSettings::client_key, 0644, "read it"},
        TlsFileCase{"FileInsteadOfDirectory", &HttpSettings::ca_path, 0644, "not a directory"}),
    [](const auto& row) { return row.param.row; });

/// Creates a file in the tests' temporary directory and returns its path.
std::string file_with(const char* name, const char* text) {
  auto path = ::testing::TempDir() + name;
  std::remove(path.c_str());
  std::ofstream(path) << text;
  EXPECT_EQ(::chmod(path.c_str(), 0600), 0);
  return path;
}

TEST(HttpClient, ReportsMissingTlsFileAsUnreadable) {
  for (const auto file : {&HttpSettings::ca_cert, &HttpSettings::ca_path,
                          &HttpSettings::client_cert, &HttpSettings::client_key}) {
    const FakeHttp consul(answers(200, kOneInstance));
    auto settings = settings_for(consul);
    settings.scheme = HttpSettings::Scheme::kHttps;
    settings.*file = ::testing::TempDir() + "missing.pem";
    const auto answer = ask(settings);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, ErrorCode::kUnreadable);
    EXPECT_THAT(answer.error().message,
                AllOf(StartsWith("consul-"), HasSubstr("missing.pem: No such file")));
    EXPECT_THAT(consul.requests(), IsEmpty());
  }
}

/// OpenSSL prompts on the terminal or, without one, reads standard input. In this test, either
/// would cause a timeout.
TEST(HttpClient, RejectsKeyWithPassPhraseImmediately) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.scheme = HttpSettings::Scheme::kHttps;
  settings.client_key = file_with("encrypted.key",
                                  "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n"
                                  "-----END ENCRYPTED PRIVATE KEY-----\n");
  settings.client_cert = file_with("client.pem", "");
  const auto answer = ask(settings);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUsage);
  EXPECT_EQ(answer.error().message, "consul-client-key: " + settings.client_key +
                                        ": the key has a pass phrase, which is not supported");
  EXPECT_THAT(consul.requests(), IsEmpty());
}

TEST(HttpClient, NeverPromptsForPassPhraseOfCertificate) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.scheme = HttpSettings::Scheme::kHttps;
  settings.client_cert = file_with("encrypted.pem",
                                   "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                                   "DEK-Info: AES-256-CBC,8BB94ACF0BE5A2F70C1E0DFFBC5A2C57\n\n"
                                   "MIIF\n-----END CERTIFICATE-----\n");
  const auto start = Clock::now();
  const auto answer = ask(settings, 20s);
  EXPECT_LT(Clock::now() - start, 10s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnreadable) << answer.error().message;
}

TEST(HttpClient, ReportsPathOfInvalidCertificate) {
  const auto path = ::testing::TempDir() + "not_a_certificate";
  std::ofstream(path) << "anything\n";
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.scheme = HttpSettings::Scheme::kHttps;
  settings.ca_cert = path;
  const auto answer = ask(settings);
  std::remove(path.c_str());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnreadable);
  EXPECT_THAT(answer.error().message, AllOf(HasSubstr(path), Not(HasSubstr("/proc/self"))));
}

TEST(HttpClient, ReportsRequestsAndRepliesAsStepsWithoutToken) {
  const FakeHttp consul(answers(200, "[]"));
  std::string steps;
  const Cancel cancel;
  const Report report("test", Report::Verbosity::kSteps, Report::Screen::kFile,
                      [&](std::string_view text) { steps += text; });
  const auto answer = ask_http(settings_for(consul), gluster_query(), kFallback,
                               {Deadline::after(10s), cancel, report});
  EXPECT_FALSE(answer.has_value());
  EXPECT_THAT(steps, AllOf(HasSubstr("GET /v1/health/service/gluster"),
                           HasSubstr("answered with status 200, 2 bytes"),
                           HasSubstr("GET /v1/catalog/services"), Not(HasSubstr("s3cret"))));
}

TEST(HttpClient, ReturnsWhenCancelled) {
  TestContext context;
  const FakeHttp consul(FakeHttp::Decide([&](const HttpRequest&) {
    context.cancel.request();
    return loopback::never_responds();
  }));
  const auto answer =
      ask_http(settings_for(consul), gluster_query(), kFallback, context.within(60s));
  EXPECT_EQ(answer.error().code, ErrorCode::kInterrupted);
}

/// The settings for this Consul, with a name whose lookup can hang.
HttpSettings by_name(const FakeHttp& consul) {
  auto settings = settings_for(consul);
  settings.server->host = *Host::parse(loopback::HangingResolver::kName);
  return settings;
}

TEST(HttpClient, TimesOutWhileResolverHangs) {
  const FakeHttp consul(answers(200, kOneInstance));
  const loopback::HangingResolver resolver;
  const auto start = Clock::now();
  const auto answer = ask(by_name(consul), 300ms);
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_GE(resolver.waiting(), 1);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kTimedOut) << answer.error().message;
}

TEST(HttpClient, IsInterruptedWhileResolverHangs) {
  const FakeHttp consul(answers(200, kOneInstance));
  const loopback::HangingResolver resolver;
  TestContext context;
  std::thread interrupt([&] {
    while (resolver.waiting() == 0) std::this_thread::yield();
    context.cancel.request();
  });
  const auto start = Clock::now();
  const auto answer = ask_http(by_name(consul), gluster_query(), kFallback, context.within(20s));
  EXPECT_LT(Clock::now() - start, 5s);
  interrupt.join();
  EXPECT_EQ(answer.error().code, ErrorCode::kInterrupted) << answer.error().message;
}

TEST(HttpClient, ResolvesAgainAfterTimeoutOfResolver) {
  const FakeHttp consul(answers(200, kOneInstance));
  const Cancel cancel;
  auto exchange = HttpExchange::open(by_name(consul));
  ASSERT_TRUE(exchange.has_value()) << exchange.error().message;
  {
    const loopback::HangingResolver resolver;
    const auto none = exchange->get("/", Deadline::after(100ms), cancel);
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, ErrorCode::kTimedOut) << none.error().message;
  }
  const auto reply = exchange->get("/", Deadline::after(10s), cancel);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->body, kOneInstance);
  EXPECT_THAT(consul.requests().at(0).head, HasSubstr("X-Consul-Token: s3cret-token\r\n"));
}

TEST(HttpClient, RejectsTokenWithNewline) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.token = Secret("a\r\nX-Evil: b");
  EXPECT_EQ(ask(settings).error().code, ErrorCode::kUsage);
  EXPECT_THAT(consul.requests(), IsEmpty());
}

TEST(HttpClient, RedactsTokenInErrorMessage) {
  for (const int status : {400, 403, 418, 500, 503}) {
    const FakeHttp consul([status](const HttpRequest& request) {
      return answers(status, "you message: s3cret-token, " + request.head);
    });
    const auto answer = ask(settings_for(consul), 2s);
    ASSERT_FALSE(answer.has_value());
    EXPECT_THAT(answer.error().message, AllOf(HasSubstr("[the token]"), Not(HasSubstr("s3cret"))));
  }
}

TEST(HttpClient, RedactsPasswordInErrorMessage) {
  const FakeHttp consul([](const HttpRequest& request) {
    const auto at = request.head.find("Authorization: ");
    return answers(400, request.head.substr(at, request.head.find('\r', at) - at) +
                            " is admin:s3cret-password or s3cret-password");
  });
  const auto answer = ask(settings_for(consul), 2s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().message,
              HasSubstr("Authorization: Basic [the password] is [the password] or [the password]"));
}

/// Replacing them one after the other in the same text would take minutes.
TEST(HttpClient, RedactsMillionTokensWithinDeadline) {
  for (const int status : {200, 500}) {
    const FakeHttp consul(answers(status, repeated("s3cret-token-s3cret", 1'000'000)));
    auto settings = settings_for(consul);
    settings.token = Secret("s3cret-token-s3cret");
    constexpr auto kDeadline = 10s;
    const auto began = Clock::now();
    const auto answer = ask(settings, kDeadline);
    EXPECT_LT(Clock::now() - began, kDeadline);
    ASSERT_FALSE(answer.has_value());
    EXPECT_THAT(answer.error().message, Not(HasSubstr("s3cret")));
  }
}

/// Instances are written to the cached list and to JSON.
TEST(HttpClient, RedactsLongTokenInInstances) {
  const std::string token = "5cdd7d16-8bd0-4e5e-9e70-1e1f5c2d4e10";
  const FakeHttp consul(answers(200, R"([{"Node":{"Node":"s1","Address":"10.0.0.1"},
      "Service":{"ID":")" + token + R"("}}])"));
  auto settings = settings_for(consul);
  settings.token = Secret(token);
  const auto answer = ask(settings);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->instances.at(0).service_id, "[the token]");
}

/// A token may be any word (docs/facts.md, "Permissions and tokens").
TEST(HttpClient, ShortTokenDoesNotChangeReply) {
  const FakeHttp consul(answers(200, kOneInstance));
  auto settings = settings_for(consul);
  settings.token = Secret("Service");
  settings.basic_auth = Secret("a:Node");
  const auto answer = ask(settings);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(answer->instances, SizeIs(1));
}

TEST(HttpClient, IgnoresProxyVariables) {
  const FakeHttp consul(answers(200, kOneInstance));
  const FakeHttp proxy(answers(503, ""));
  const auto proxy_url = "http://" + proxy.authority();
  for (const char* variable : {"http_proxy", "ALL_PROXY"}) {
    ASSERT_EQ(::setenv(variable, proxy_url.c_str(), 1), 0);
  }
  EXPECT_TRUE(ask(settings_for(consul)).has_value());
  for (const char* variable : {"http_proxy", "ALL_PROXY"}) ::unsetenv(variable);
  EXPECT_THAT(proxy.requests(), IsEmpty());
}

/// Consul without a leader: rejects or delays queries without `stale`.
FakeHttp::Decide without_leader(HttpBehaviour to_default) {
  return [=](const HttpRequest& request) {
    if (!request.target.ends_with("?stale")) return to_default;
    return answers(200, kOneInstance,
                   "X-Consul-KnownLeader: false\r\nX-Consul-LastContact: 1500\r\n");
  };
}

TEST(HttpClient, FallsBackToStaleAnswerWithAgeIfNoLeader) {
  const FakeHttp consul(without_leader(answers(500, "No cluster leader")));
  const auto answer = ask(settings_for(consul));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->stale, 1500ms);
}

TEST(HttpClient, FallsBackToStaleAnswerIfLeaderIsUnreachable) {
  const FakeHttp consul(without_leader(answers(
      500, "rpc error getting client: failed to get conn: dial tcp: connect: connection refused")));
  const auto answer = ask(settings_for(consul));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->stale, 1500ms);
}

TEST(HttpClient, SendsStaleQueryBeforeTimeoutIfLeaderDoesNotRespond) {
  const FakeHttp consul(without_leader(loopback::never_responds()));
  const auto answer = ask(settings_for(consul), 300ms);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->stale, 1500ms);
}

TEST(HttpClient, FallsBackToStaleAnswerBeforeDns) {
  const FakeHttp consul(without_leader(loopback::never_responds()));
  const auto start = Clock::now();
  ASSERT_TRUE(ask(settings_for(consul)).has_value());
  EXPECT_LT(Clock::now() - start, 2s);
}

TEST(HttpClient, AnswerOfServerWithLeaderIsNotStale) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    if (!request.target.ends_with("?stale")) return loopback::never_responds();
    return answers(200, kOneInstance, "X-Consul-KnownLeader: true\r\nX-Consul-LastContact: 40\r\n");
  }));
  const auto answer = ask(settings_for(consul), 1s);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->stale, std::nullopt);
}

TEST(HttpClient, ReportsMissingLeaderIfQueriesTimeOut) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    return request.target == "/v1/status/leader" ? answers(200, "\"\"")
                                                 : loopback::never_responds();
  }));
  const auto answer = ask(settings_for(consul), 1s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(answer.error().message, HasSubstr(consul.authority() + " has no leader"));
}

TEST(HttpClient, EmptyListWithoutLeaderIsUnavailable) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    if (!request.target.ends_with("?stale")) return answers(500, "No cluster leader");
    return answers(200, "[]", "X-Consul-KnownLeader: false\r\nX-Consul-LastContact: 9000\r\n");
  }));
  const auto answer = ask(settings_for(consul), 1s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(answer.error().message, AllOf(HasSubstr("has no leader"), HasSubstr("'gluster'")));
}

TEST(HttpClient, ReportsTimeoutIfThereIsALeader) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    const bool is_asked = request.target == "/v1/status/leader";
    return is_asked ? answers(200, "\"10.0.0.1:8300\"") : loopback::never_responds();
  }));
  EXPECT_EQ(ask(settings_for(consul), 1s).error().code, ErrorCode::kTimedOut);
}

TEST(HttpClient, ReportsUnknownPreparedQuery) {
  const FakeHttp consul(answers(404, "Query not found"));
  auto query = gluster_query();
  query.service.kind = ServiceName::Kind::kPreparedQuery;
  const auto answer = ask(settings_for(consul), 10s, query);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnknown) << answer.error().message;
}

TEST(HttpClient, KeepsRetryAfter) {
  const FakeHttp consul(answers(429, "", "Retry-After: 3\r\n"));
  const auto answer = ask(settings_for(consul));
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(answer.error().retry_after, 3s);
}

TEST(HttpClient, ReturnsDatacenterOfPreparedQuery) {
  const FakeHttp consul(answers(
      200, R"({"Nodes":)" + std::string(kOneInstance) + R"(,"Datacenter":"dc2","Failovers":1})"));
  auto query = gluster_query();
  query.service.kind = ServiceName::Kind::kPreparedQuery;
  const auto answer = ask(settings_for(consul), 10s, query);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->datacenter, "dc2");
  EXPECT_EQ(consul.requests().at(0).target, "/v1/query/gluster/execute");
}

/// Consul's replies to the queries that follow an empty list.
struct AfterEmpty {
  const char* row;
  std::string empty_headers;
  HttpBehaviour authorize;
  HttpBehaviour catalog;
  ErrorCode code;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const AfterEmpty& row) {
  return out << row.row;
}

class EmptyList : public ::testing::TestWithParam<AfterEmpty> {};

TEST_P(EmptyList, IsHiddenOrUnknown) {
  const auto& row = GetParam();
  const FakeHttp consul(FakeHttp::Decide([&](const HttpRequest& request) {
    if (request.method == "POST") return row.authorize;
    if (request.target == "/v1/catalog/services") return row.catalog;
    return answers(200, "[]", row.empty_headers);
  }));
  const auto answer = ask(settings_for(consul), 500ms);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, row.code) << answer.error().message;
  EXPECT_THAT(lines_of("prog", answer.error()), HasSubstr(row.message));
}

INSTANTIATE_TEST_SUITE_P(
    HttpClient, EmptyList,
    ::testing::Values(
        AfterEmpty{"FilteredByAcls", "X-Consul-Results-Filtered-By-ACLs: true\r\n",
                   loopback::closes(), loopback::closes(), ErrorCode::kHidden, "service:read"},
        AfterEmpty{"NoPermission", "", answers(200, R"([{"Allow":false}])"), answers(200, "{}"),
                   ErrorCode::kHidden, "service:read is missing"},
        AfterEmpty{"NodesAreHidden", "", answers(200, R"([{"Allow":true}])"),
                   answers(200, R"({"gluster":[]})"), ErrorCode::kHidden, "node:read is missing"},
        AfterEmpty{"AclsAreDisabled", "", answers(401, "ACL support disabled"),
                   answers(200, R"({"glusterfs":[]})"), ErrorCode::kUnknown,
                   "did you mean 'glusterfs'?"},
        AfterEmpty{"FurtherQueriesNotFound", "", answers(404, ""), answers(404, ""),
                   ErrorCode::kUnknown, "or its ACLs hide it"},
        AfterEmpty{"FurtherQueriesTimeOut", "", loopback::never_responds(),
                   loopback::never_responds(), ErrorCode::kUnknown, "or its ACLs hide it"},
        AfterEmpty{"FurtherRepliesMalformed", "", answers(200, "x"), answers(200, "[]"),
                   ErrorCode::kUnknown, "or its ACLs hide it"}),
    [](const auto& row) { return row.param.row; });

TEST(HttpClient, DistinguishesUnusedTagFromUnknownService) {
  const FakeHttp consul(FakeHttp::Decide([](const HttpRequest& request) {
    const bool is_narrowed = request.target.find("tag=") != std::string::npos;
    return answers(200, is_narrowed ? "[]" : kOneInstance);
  }));
  auto query = gluster_query();
  query.tags = {"g9"};
  const auto answer = ask(settings_for(consul), 10s, query);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnknown);
  EXPECT_THAT(answer.error().message, HasSubstr("matches the tag 'g9'"));
}

TEST(HttpClient, IsThreadSafe) {
  const FakeHttp consul(answers(200, kOneInstance));
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { answered += ask(settings_for(consul)).has_value() ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 8);
}

}  // namespace
}  // namespace glusterconsul::consul
