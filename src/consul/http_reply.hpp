#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// The header fields of an HTTP reply that are used here.
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
  bool allowed_stale = false;  ///< the query allowed any server to answer
};

/// The Consul that a message is about.
struct Asked {
  std::string where;       ///< "Consul at 127.0.0.1:8500"
  bool has_token = false;  ///< if false, messages say "the anonymous token"
};

/// Parses one header line, as received. A status line (of the reply that follows a `100 Continue`)
/// resets the headers before it; unknown and malformed lines are ignored.
void take_header(ReplyHeaders& headers, std::string_view line);

/// Parses `Retry-After` (RFC 9110 section 10.2.3): seconds or an HTTP date. At most one day; a date
/// in the past is zero. None if it is neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now);

/// None if the status is 200. Otherwise:
///   kDenied       401, 403, and a 5xx with "ACL not found" or "Permission denied"; the former is
///                 transient, since not all servers know a new token immediately
///   kRejected     400, and a 500 for an invalid filter (Consul before 1.9)
///   kUnknown      404 "Query not found"
///   kUnavailable  429 and every other 5xx, with `retry_after` if the reply has one; and,
///                 permanently, a 403 for an endpoint that the agent's configuration blocks
///   kBadReply     everything else, including redirects
[[nodiscard]] std::optional<Error> judge_status(const HttpReply& reply, const Asked& asked,
                                                std::chrono::system_clock::time_point now);

/// Whether this is a 5xx because the server has no leader, or cannot reach the leader that it
/// knows: a query with `stale` may still be answered.
[[nodiscard]] bool lacks_leader(const HttpReply& reply);

/// Whether this reply to `/v1/status/leader` means that there is no leader.
[[nodiscard]] bool names_no_leader(const HttpReply& reply);

/// kUnavailable, for a Consul that holds back its answer because it has no leader.
[[nodiscard]] Error without_leader(const Asked& asked);

/// The age of the answer, if it did not come from a leader: the server knows of no leader, or was
/// allowed to answer without one and has had no contact with it for a second. None if the answer is
/// as good as the leader's.
[[nodiscard]] std::optional<std::chrono::milliseconds> age_without_leader(const HttpReply& reply);

}  // namespace glusterconsul::consul
