#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// The largest text that parse_json() accepts, in bytes. The parser copies a long string several
/// times: docs/facts.md, "Memory of a parsed reply".
inline constexpr std::size_t kMaxJsonSize = 4UL * 1024 * 1024;

/// Parses untrusted JSON (RFC 8259): valid UTF-8, at most 4 MiB, nested at most 64 levels deep,
/// with at most 100,000 values, which bounds memory use. Otherwise kBadReply. A list of instances
/// is parsed one instance at a time (split_list.hpp), so this does not limit its length.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// Whether parse_json() would reject it for its size or its number of values, not for its depth.
[[nodiscard]] bool is_too_large(std::string_view text);

/// Member `key` of an object; null if `value` has no such member or is not an object.
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& value, const char* key);

}  // namespace glusterconsul::consul
