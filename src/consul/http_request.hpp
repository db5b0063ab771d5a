#pragma once

#include <string>
#include <string_view>

#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// How fresh an answer must be: the leader's, or whatever the asked server holds.
enum class Consistency { kDefault, kStale };

/// Each byte but RFC 3986's unreserved ones as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// RFC 4648 section 4, as basic authentication sends a password; "" for "".
[[nodiscard]] std::string base64(std::string_view bytes);

/// What follows scheme, authority and prefix in the URL of the question:
/// `/v1/health/service/NAME?…` or `/v1/query/NAME/execute?…`. kRejected if a
/// prepared query is narrowed by what only its definition can set (tag, filter,
/// namespace, partition, peer).
[[nodiscard]] Result<std::string> question_target(const ServiceQuery& query,
                                                  Consistency consistency);

/// `/v1/catalog/services?…`, within the query's data centre, namespace, partition and peer.
[[nodiscard]] std::string catalog_target(const ServiceQuery& query);

/// Names the leader's address; an empty one if there is none.
inline constexpr const char* kLeaderTarget = "/v1/status/leader";

/// Where and what to post to learn whether the token may read the service.
/// Consul's own command line and its web page ask there.
[[nodiscard]] std::string authorize_target(const ServiceQuery& query);
[[nodiscard]] std::string authorize_body(std::string_view service);

}  // namespace glusterconsul::consul
