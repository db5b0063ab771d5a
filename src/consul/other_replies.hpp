#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// Whether the list in the body of `/v1/health/service/NAME` is empty; kBadReply if it is not a
/// list.
[[nodiscard]] Result<bool> is_empty_list(std::string_view body);

/// The names in the body of `/v1/catalog/services`: at most the first 10,000, each truncated to 255
/// bytes; kBadReply if the body is not a JSON object.
[[nodiscard]] Result<std::vector<std::string>> parse_service_names(std::string_view body);

/// Whether the body of `/v1/catalog/node/NAME` describes a node; it is `null` if there is no such
/// node, or it is hidden. kBadReply if it is neither.
[[nodiscard]] Result<bool> parse_node_reply(std::string_view body);

/// The body of `POST /v1/internal/acl/authorize` with one question: whether the access is allowed.
/// kBadReply if the body does not state this.
[[nodiscard]] Result<bool> parse_authorize_reply(std::string_view body);

}  // namespace glusterconsul::consul
