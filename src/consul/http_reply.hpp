#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// The header fields of an HTTP reply that mean something here.
struct ReplyHeaders {
  std::string retry_after;
  bool filtered_by_acls = false;                          ///< X-Consul-Results-Filtered-By-ACLs
  bool knows_no_leader = false;                           ///< X-Consul-KnownLeader: false
  std::optional<std::chrono::milliseconds> last_contact;  ///< X-Consul-LastContact
};

struct HttpReply {
  long status = 0;
  ReplyHeaders headers;
  std::string body;
  bool allowed_stale = false;  ///< any server's answer was asked for
};

/// Whom a message is about.
struct Asked {
  std::string where;       ///< "Consul at 127.0.0.1:8500"
  bool has_token = false;  ///< without one Consul's word is "the anonymous token"
};

/// Takes one header line, as it came. A status line (of the reply that follows
/// a `100 Continue`) resets what came before it; what is unknown or malformed is ignored.
void take_header(ReplyHeaders& headers, std::string_view line);

/// `Retry-After` as RFC 9110 section 10.2.3 has it: seconds or an HTTP date. At
/// most one day; a past date is zero. Nothing if it is neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now);

/// Nothing if the status is 200. Else what it means:
///   kDenied       401, 403, and a 5xx with "ACL not found" or "Permission denied"; the former is
///                 transient, since a new token is not known everywhere at once
///   kRejected     400, and a 500 for a wrong filter (Consul before 1.9)
///   kUnknown      404 "Query not found"
///   kUnavailable  429 and every other 5xx, with `retry_after` if it has one; and, permanently, a
///                 403 for an endpoint that the agent's configuration blocks
///   kBadReply     everything else, redirects among it
[[nodiscard]] std::optional<Error> judge_status(const HttpReply& reply, const Asked& asked,
                                                std::chrono::system_clock::time_point now);

/// Whether this is a 5xx because the server has no leader, or could not reach the one that it
/// knows: a query with `stale` may still be answered.
[[nodiscard]] bool lacks_leader(const HttpReply& reply);

/// Whether the reply to `/v1/status/leader` is that there is none.
[[nodiscard]] bool names_no_leader(const HttpReply& reply);

/// kUnavailable, for a Consul that holds its answer back since it has no leader.
[[nodiscard]] Error without_leader(const Asked& asked);

/// How old the answer is, if it does not come from a leader: the server knows
/// of none, or it was free to answer without one and has not heard of it for a second.
/// Nothing if the answer is as good as the leader's.
[[nodiscard]] std::optional<std::chrono::milliseconds> age_without_leader(const HttpReply& reply);

}  // namespace glusterconsul::consul
