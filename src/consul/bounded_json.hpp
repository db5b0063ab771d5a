#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// Parses untrusted JSON (RFC 8259): valid UTF-8, at most 4 MiB, nested at most 64 levels deep,
/// with at most 100,000 values, which bounds memory use. Otherwise kBadReply. A list of instances
/// is parsed one instance at a time (split_list.hpp), so this does not limit its length.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// Whether parse_json() would reject the text for its number of values, and not for its depth.
[[nodiscard]] bool has_too_many_values(std::string_view text);

/// Member `key` of an object; null if `value` has no such member or is not an object.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& value, const char* key);

}  // namespace glusterconsul::consul
