#pragma once

#include <string>
#include <string_view>

#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// How fresh an answer must be: the leader's, or whatever data the queried server has.
enum class Consistency { kDefault, kStale };

/// Encodes every byte except RFC 3986's unreserved characters as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// Encodes as in RFC 4648, section 4, which basic authentication uses. Empty for empty input.
[[nodiscard]] std::string base64(std::string_view bytes);

/// The part of the query's URL after scheme, authority and prefix: `/v1/health/service/NAME?…` or
/// `/v1/query/NAME/execute?…`. kRejected if a prepared query is narrowed by something that only its
/// definition can set (tag, filter, namespace, partition, peer).
[[nodiscard]] Result<std::string> question_target(const ServiceQuery& query,
                                                  Consistency consistency);

/// `/v1/catalog/services?…`, for the query's data centre, namespace, partition and peer.
[[nodiscard]] std::string catalog_target(const ServiceQuery& query);

/// The target of the GET request for the node whose name is that of the service.
[[nodiscard]] std::string node_target(const ServiceQuery& query);

/// Returns the address of the leader, or an empty one if there is none.
inline constexpr const char* kLeaderTarget = "/v1/status/leader";

/// The target and the body of the POST request that determines whether the token may read the
/// service. Consul's own command line and web UI use the same request.
[[nodiscard]] std::string authorize_target(const ServiceQuery& query);
[[nodiscard]] std::string authorize_body(std::string_view service);

}  // namespace glusterconsul::consul
