#pragma once

#include <string_view>

namespace glusterconsul::consul {

/// Whether this is one label of a name below Consul's domain: 1 to 63 letters, digits, '-' and '_',
/// not starting with '-' (RFC 1035 section 2.3.4).
[[nodiscard]] bool is_label(std::string_view label);

/// Whether these are labels separated by dots, at most 253 characters, without a trailing dot.
[[nodiscard]] bool is_dns_name(std::string_view name);

/// "corp.example" from ".corp.example.": a setting may have dots around the domain.
[[nodiscard]] std::string_view without_dots_around(std::string_view domain);

}  // namespace glusterconsul::consul
