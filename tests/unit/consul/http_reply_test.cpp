#include "consul/http_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
const std::chrono::system_clock::time_point kNow{784111777s};
const Asked kAsked{"Consul at 127.0.0.1:8500", true};

struct StatusRow {
  const char* row;
  long status;
  const char* body;
  ErrorCode code;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const StatusRow& row) {
  return out << row.row;
}

class StatusJudgement : public ::testing::TestWithParam<StatusRow> {};

TEST_P(StatusJudgement, DistinguishesFailures) {
  const auto& row = GetParam();
  const auto error = judge_status({row.status, {}, row.body}, kAsked, kNow);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, row.code);
  EXPECT_THAT(lines_of("prog", *error), AllOf(HasSubstr("127.0.0.1:8500"), HasSubstr(row.message)));
}

INSTANTIATE_TEST_SUITE_P(
    HttpReply, StatusJudgement,
    ::testing::Values(
        StatusRow{"BadRequest", 400, "Invalid query parameter: \"ns\"", ErrorCode::kRejected,
                  "Invalid query parameter"},
        StatusRow{"Unauthorized", 401, "", ErrorCode::kDenied, "refuses access (status 401)"},
        StatusRow{"ForbiddenByProxy", 403, "<html>", ErrorCode::kDenied, "CONSUL_HTTP_AUTH"},
        StatusRow{"UnknownToken", 403, "ACL not found", ErrorCode::kDenied,
                  "does not know the token (status 403: ACL not found)"},
        StatusRow{"UnknownTokenSince1_12", 403, "token does not exist: ACL not found",
                  ErrorCode::kDenied, "does not know the token"},
        StatusRow{"BlockedEndpoint", 403, "Endpoint is blocked by agent configuration",
                  ErrorCode::kUnavailable, "http_config.block_endpoints"},
        StatusRow{"Forbidden", 403, "Permission denied", ErrorCode::kDenied, "service:read"},
        StatusRow{"UnknownTokenOnServer", 500, "rpc error making call: ACL not found",
                  ErrorCode::kDenied, "does not know the token"},
        StatusRow{"ForbiddenByServer", 500, "rpc error making call: Permission denied",
                  ErrorCode::kDenied, "refuses the token"},
        StatusRow{"UnknownQuery", 404, "Query not found", ErrorCode::kUnknown, "no prepared query"},
        StatusRow{"NotConsul", 404, "<html>", ErrorCode::kBadReply, "check the address"},
        StatusRow{"TooManyRequests", 429, "", ErrorCode::kUnavailable, "rate limit exceeded"},
        StatusRow{"NoLeader", 500, "No cluster leader", ErrorCode::kUnavailable,
                  "No cluster leader"},
        StatusRow{"NoLeaderReportedByAgent", 500, "rpc error making call: No cluster leader",
                  ErrorCode::kUnavailable, "more than half of the Consul servers"},
        StatusRow{"NoServer", 500, "No known Consul servers", ErrorCode::kUnavailable,
                  "retry_join"},
        StatusRow{"ServerUnreachable", 500, "rpc error getting client: connection refused",
                  ErrorCode::kUnavailable, "connection refused"},
        StatusRow{"BadGateway", 502, "", ErrorCode::kUnavailable, "status 502"},
        StatusRow{"GatewayTimeout", 504, "", ErrorCode::kUnavailable, "status 504"},
        StatusRow{"UnknownDatacenter", 500, "No path to datacenter", ErrorCode::kUnavailable,
                  "name of the data centre"},
        StatusRow{"InvalidFilter", 500, "Failed to create boolean expression evaluator: 1:4",
                  ErrorCode::kRejected, "consul-filter="},
        StatusRow{"Unavailable", 503, "", ErrorCode::kUnavailable, "status 503"},
        StatusRow{"Redirect", 301, "", ErrorCode::kBadReply, "redirect"},
        StatusRow{"NoContent", 204, "", ErrorCode::kBadReply, "status 204"},
        StatusRow{"BodyWithControls", 500, "\x1b[2J", ErrorCode::kUnavailable, "\\x1b[2J"}),
    [](const auto& row) { return row.param.row; });

TEST(HttpReply, SuccessIsNotAnError) {
  EXPECT_EQ(judge_status({200, {}, "[]"}, kAsked, kNow), std::nullopt);
}

TEST(HttpReply, HintsAtTokenFileWithoutToken) {
  const auto error = judge_status({403, {}, "Permission denied"}, {"Consul at x", false}, kNow);
  EXPECT_THAT(error->hint, HasSubstr("consul-token-file="));
}

TEST(HttpReply, BlamesDefaultTokenOfAgentWithoutToken) {
  const auto error = judge_status({403, {}, "ACL not found"}, {"Consul at x", false}, kNow);
  EXPECT_THAT(error->message, HasSubstr("its own default token"));
  EXPECT_THAT(error->hint, HasSubstr("acl.tokens.default"));
}

TEST(HttpReply, BlockedEndpointDoesNotBlameToken) {
  for (const bool has_token : {true, false}) {
    const auto error = judge_status({403, {}, "Endpoint is blocked by agent configuration"},
                                    {"Consul at x", has_token}, kNow);
    EXPECT_EQ((error->message + error->hint).find("token"), std::string::npos);
  }
}

TEST(HttpReply, KeepsRetryAfter) {
  HttpReply reply{429, {}, ""};
  reply.headers.retry_after = "7";
  EXPECT_EQ(judge_status(reply, kAsked, kNow)->retry_after, 7s);
  reply.status = 503;
  EXPECT_EQ(judge_status(reply, kAsked, kNow)->retry_after, 7s);
}

TEST(HttpReply, DetectsLackOfLeader) {
  EXPECT_TRUE(lacks_leader({500, {}, "No cluster leader"}));
  EXPECT_TRUE(lacks_leader({500, {}, "rpc error getting client: failed to get conn: dial tcp"}));
  EXPECT_TRUE(lacks_leader({500, {}, "rpc error making call: EOF"}));
  EXPECT_FALSE(lacks_leader({500, {}, "rpc error making call: ACL not found"}));
  EXPECT_FALSE(lacks_leader({500, {}, "rpc error making call: Permission denied"}));
  EXPECT_FALSE(lacks_leader({500, {}, "rpc error making call: rate limit exceeded"}));
  EXPECT_FALSE(lacks_leader({500, {}, "No path to datacenter"}));
  EXPECT_FALSE(lacks_leader({200, {}, "No cluster leader"}));
}

TEST(HttpReply, EmptyNameMeansNoLeader) {
  EXPECT_TRUE(names_no_leader({200, {}, "\"\""}));
  EXPECT_TRUE(names_no_leader({200, {}, "\"\"\n"}));
  EXPECT_FALSE(names_no_leader({200, {}, "\"10.0.0.1:8300\""}));
  EXPECT_FALSE(names_no_leader({200, {}, ""}));
  EXPECT_FALSE(names_no_leader({500, {}, "\"\""}));
}

TEST(HttpReply, MissingLeaderIsUnavailableWithHint) {
  const auto error = without_leader(kAsked);
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr("127.0.0.1:8500 has no leader"));
  EXPECT_THAT(error.hint, HasSubstr("half"));
}

struct Age {
  const char* row;
  bool allowed_stale;
  bool knows_no_leader;
  std::optional<std::chrono::milliseconds> last_contact;
  std::optional<std::chrono::milliseconds> age;
};
std::ostream& operator<<(std::ostream& out, const Age& row) {
  return out << row.row;
}

class StaleAge : public ::testing::TestWithParam<Age> {};

TEST_P(StaleAge, IsReportedOnlyWithoutLeader) {
  const auto& row = GetParam();
  HttpReply reply{200, {}, "[]", row.allowed_stale};
  reply.headers.knows_no_leader = row.knows_no_leader;
  reply.headers.last_contact = row.last_contact;
  EXPECT_EQ(age_without_leader(reply), row.age);
}

INSTANTIATE_TEST_SUITE_P(
    HttpReply, StaleAge,
    ::testing::Values(Age{"FromLeader", false, false, 0ms, std::nullopt},
                      Age{"NotReported", false, false, std::nullopt, std::nullopt},
                      Age{"FromFollowerWithRecentContact", true, false, 90ms, std::nullopt},
                      Age{"FromFollowerWithoutRecentContact", true, false, 1500ms, 1500ms},
                      Age{"WithoutLeader", true, true, 1500ms, 1500ms},
                      Age{"WithoutLeaderNotRequested", false, true, 40ms, 40ms},
                      Age{"WithoutLeaderAndAge", true, true, std::nullopt, 0ms}),
    [](const auto& row) { return row.param.row; });

struct Wait {
  const char* row;
  const char* text;
  std::optional<std::chrono::milliseconds> wait;
};
std::ostream& operator<<(std::ostream& out, const Wait& row) {
  return out << row.row;
}

class RetryAfter : public ::testing::TestWithParam<Wait> {};

TEST_P(RetryAfter, ParsesSecondsOrDate) {
  EXPECT_EQ(parse_retry_after(GetParam().text, kNow), GetParam().wait);
}

INSTANTIATE_TEST_SUITE_P(
    HttpReply, RetryAfter,
    ::testing::Values(Wait{"Seconds", "120", 120s}, Wait{"Zero", "0", 0s},
                      Wait{"OneWeek", "604800", 24h},
                      Wait{"Date", "Sun, 06 Nov 1994 08:50:07 GMT", 30s},
                      Wait{"DateInPast", "Sun, 06 Nov 1994 08:40:00 GMT", 0s},
                      Wait{"DateInFarFuture", "Sun, 06 Nov 2094 08:40:00 GMT", 24h},
                      Wait{"Negative", "-5", std::nullopt}, Wait{"Words", "soon", std::nullopt},
                      Wait{"Empty", "", std::nullopt},
                      Wait{"TooLarge", "99999999999999999999", std::nullopt}),
    [](const auto& row) { return row.param.row; });

ReplyHeaders headers_of(std::initializer_list<std::string_view> lines) {
  ReplyHeaders headers;
  for (const auto line : lines) take_header(headers, line);
  return headers;
}

TEST(ReplyHeaders, AreCaseInsensitive) {
  const auto headers = headers_of(
      {"HTTP/1.1 200 OK\r\n", "X-Consul-Lastcontact: 45\r\n", "X-Consul-Knownleader: false\r\n",
       "x-consul-results-filtered-by-acls: TRUE\r\n", "RETRY-AFTER:  3 \r\n", "\r\n"});
  EXPECT_EQ(headers.last_contact, 45ms);
  EXPECT_TRUE(headers.filtered_by_acls);
  EXPECT_TRUE(headers.knows_no_leader);
  EXPECT_EQ(headers.retry_after, "3");
}

TEST(ReplyHeaders, DiscardsHeadersOfInterimReply) {
  const auto headers =
      headers_of({"HTTP/1.1 100 Continue\r\n", "Retry-After: 3\r\n", "HTTP/1.1 200 OK\r\n"});
  EXPECT_EQ(headers.retry_after, "");
}

TEST(ReplyHeaders, IgnoresMalformedHeaders) {
  const auto headers =
      headers_of({"X-Consul-LastContact: -4", "X-Consul-Results-Filtered-By-ACLs: maybe",
                  "no colon", ":", ""});
  EXPECT_EQ(headers.last_contact, std::nullopt);
  EXPECT_FALSE(headers.filtered_by_acls);
  EXPECT_FALSE(headers.knows_no_leader);
}

}  // namespace
}  // namespace glusterconsul::consul
