#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// JSON from outside (RFC 8259): valid UTF-8, nested at most 64 deep, with at
/// most 100,000 values, which bounds the memory that it takes. Else kBadReply.
/// A list of instances is parsed one by one (split_list.hpp): its length has no limit here.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// Whether parse_json() would reject it for its number of values, and not for its depth.
[[nodiscard]] bool has_too_many_values(std::string_view text);

/// Member `key` of an object; null if there is none or `value` is not an object.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& value, const char* key);

}  // namespace glusterconsul::consul
