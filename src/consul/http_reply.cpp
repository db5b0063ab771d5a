#include "consul/http_reply.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kMaxRetryAfter = std::chrono::hours(24);
constexpr std::uint64_t kMaxLastContact = 10ULL * 365 * 24 * 3600 * 1000;

constexpr std::string_view kUnknownToken = "ACL not found";

constexpr const char* kElect =
    "more than half of the Consul servers must be running and connected to elect a leader";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Consul's answer, as part of a sentence.
std::string words_of(const HttpReply& reply) {
  const auto text = trim(reply.body);
  return text.empty() ? fmt::format("status {}", reply.status)
                      : fmt::format("status {}: {}", reply.status, shortened(text, 200));
}

/// A new token is unknown to servers that lag behind, and an agent caches their answer for
/// `acl.token_ttl`, 30 s by default: docs/facts.md, "Status codes of Consul".
Error unknown_token(const HttpReply& reply, const Asked& asked) {
  Error error{
      ErrorCode::kDenied,
      fmt::format("{} does not know the token ({})", asked.where, words_of(reply)),
      "check that the token belongs to this cluster; a new one may not work for its first 30 s"};
  if (!asked.has_token) {
    error.message =
        fmt::format("{} does not know its own default token ({})", asked.where, words_of(reply));
    error.hint = "check acl.tokens.default of the agent, or set consul-token-file=";
  }
  error.transient = true;
  return error;
}

Error denied(const HttpReply& reply, const Asked& asked) {
  if (contains(reply.body, kUnknownToken)) return unknown_token(reply, asked);
  if (!asked.has_token) {
    return {ErrorCode::kDenied,
            fmt::format("{} refuses access without a token ({})", asked.where, words_of(reply)),
            "set consul-token-file= to a token with service:read and node:read"};
  }
  return {ErrorCode::kDenied,
          fmt::format("{} refuses the token ({})", asked.where, words_of(reply)),
          "check that the token has service:read and node:read"};
}

/// Access is refused, but not by Consul's ACLs, which would give a reason.
Error refused_access(const HttpReply& reply, const Asked& asked) {
  return {ErrorCode::kDenied, fmt::format("{} refuses access ({})", asked.where, words_of(reply)),
          "check whether a proxy in front of Consul requires a password (CONSUL_HTTP_AUTH)"};
}

/// `http_config.block_endpoints`: no token helps, and DNS is not affected.
Error blocked(const HttpReply& reply, const Asked& asked) {
  return {
      .code = ErrorCode::kUnavailable,
      .message = fmt::format("{} blocks this query over HTTP ({})", asked.where, words_of(reply)),
      .hint =
          "remove /v1/health and /v1/query from the agent's http_config.block_endpoints, "
          "or set consul-via=dns",
      .transient = false};
}

Error unavailable(const HttpReply& reply, const Asked& asked,
                  std::chrono::system_clock::time_point now) {
  Error error{
      .code = ErrorCode::kUnavailable,
      .message = fmt::format("{} is temporarily unavailable ({})", asked.where, words_of(reply)),
      .retry_after = parse_retry_after(reply.headers.retry_after, now)};
  if (contains(reply.body, "No path to datacenter")) {
    error.hint = "check the name of the data centre, and that it is joined to this one";
  } else if (contains(reply.body, "No cluster leader")) {
    error.hint = kElect;
  } else if (contains(reply.body, "No known Consul servers")) {
    error.hint = "the agent has not joined a Consul server yet: check its retry_join";
  } else if (reply.status == 429) {
    error.message += ": request rate limit exceeded";
  }
  return error;
}

/// A client agent forwards the refusal of its server as a 5xx.
bool is_denied(const HttpReply& reply) {
  return contains(reply.body, kUnknownToken) || contains(reply.body, "Permission denied");
}

Error forbidden(const HttpReply& reply, const Asked& asked) {
  if (contains(reply.body, "blocked by agent configuration")) return blocked(reply, asked);
  return is_denied(reply) ? denied(reply, asked) : refused_access(reply, asked);
}

Error server_failed(const HttpReply& reply, const Asked& asked,
                    std::chrono::system_clock::time_point now) {
  if (is_denied(reply)) return denied(reply, asked);
  if (contains(reply.body, "boolean expression evaluator")) {
    return {ErrorCode::kRejected, fmt::format("{} does not understand consul-filter= ({})",
                                              asked.where, words_of(reply))};
  }
  return unavailable(reply, asked, now);
}

}  // namespace

void take_header(ReplyHeaders& headers, std::string_view line) {
  if (line.starts_with("HTTP/")) headers = {};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = to_lower(line.substr(0, colon));
  const auto value = trim(line.substr(colon + 1));
  if (name == "retry-after") headers.retry_after = value.substr(0, 100);
  if (name == "x-consul-results-filtered-by-acls") {
    headers.filtered_by_acls = to_lower(value) == "true";
  }
  if (name == "x-consul-knownleader") headers.knows_no_leader = to_lower(value) == "false";
  if (name == "x-consul-lastcontact") {
    if (const auto age = parse_number(value, 0, kMaxLastContact)) {
      headers.last_contact = milliseconds(*age);
    }
  }
}

std::optional<milliseconds> parse_retry_after(std::string_view text,
                                              std::chrono::system_clock::time_point now) {
  const auto bounded = [](seconds span) {
    return milliseconds(std::clamp(span, seconds(0), kMaxRetryAfter));
  };
  constexpr std::uint64_t kMaxSeconds = 1'000'000'000;
  if (const auto number = parse_number(text, 0, kMaxSeconds)) return bounded(seconds(*number));
  if (!contains(text, "GMT")) return std::nullopt;  // curl_getdate accepts much that is not a date
  const time_t date = ::curl_getdate(std::string(text).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return bounded(seconds(date - std::chrono::system_clock::to_time_t(now)));
}

std::optional<Error> judge_status(const HttpReply& reply, const Asked& asked,
                                  std::chrono::system_clock::time_point now) {
  const long status = reply.status;
  if (status == 200) return std::nullopt;
  if (status == 401 || status == 403) return forbidden(reply, asked);
  if (status == 400 && contains(reply.body, "HTTP request to an HTTPS server")) {
    return Error{
        ErrorCode::kRejected,
        fmt::format("{} accepts only HTTPS on that port ({})", asked.where, words_of(reply)),
        "use https:// in consul-http-addr="};
  }
  if (status == 400) {
    return Error{ErrorCode::kRejected,
                 fmt::format("{} rejects the query ({})", asked.where, words_of(reply))};
  }
  if (status == 404 && contains(reply.body, "Query not found")) {
    return Error{ErrorCode::kUnknown,
                 fmt::format("{} has no prepared query of that name", asked.where),
                 "list them with 'curl http://127.0.0.1:8500/v1/query'"};
  }
  if (status == 429) return unavailable(reply, asked, now);
  if (status >= 500 && status <= 599) return server_failed(reply, asked, now);
  if (status >= 300 && status <= 399) {
    return Error{ErrorCode::kBadReply,
                 fmt::format("{} answers with a redirect (status {}), which is not followed",
                             asked.where, status),
                 "check that the address, with http:// or https://, is that of Consul's API"};
  }
  return Error{
      ErrorCode::kBadReply,
      fmt::format("{} did not respond like Consul's API ({})", asked.where, words_of(reply)),
      "check the address"};
}

bool lacks_leader(const HttpReply& reply) {
  // A server that limits the request rate must not get another request at once.
  if (reply.status < 500 || is_denied(reply) || contains(reply.body, "rate limit")) return false;
  return contains(reply.body, "No cluster leader") || contains(reply.body, "rpc error");
}

bool names_no_leader(const HttpReply& reply) {
  return reply.status == 200 && trim(reply.body) == "\"\"";
}

Error without_leader(const Asked& asked) {
  return {ErrorCode::kUnavailable, fmt::format("{} has no leader", asked.where), kElect};
}

std::optional<milliseconds> age_without_leader(const HttpReply& reply) {
  constexpr milliseconds kRecent{1000};  // a leader contacts its followers many times a second
  const auto age = reply.headers.last_contact.value_or(milliseconds(0));
  const bool is_old = reply.allowed_stale && age > kRecent;
  if (!reply.headers.knows_no_leader && !is_old) return std::nullopt;
  return age;
}

}  // namespace glusterconsul::consul
