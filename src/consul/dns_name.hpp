#pragma once

#include <string_view>

namespace glusterconsul::consul {

/// One label of a name below Consul's domain: letters, digits, '-' and '_', not
/// '-' in front, 1 to 63 of them (RFC 1035 section 2.3.4).
[[nodiscard]] bool is_label(std::string_view label);

/// Labels with dots between, at most 253 characters, without a trailing dot.
[[nodiscard]] bool is_dns_name(std::string_view name);

/// "corp.example" of ".corp.example.": how a domain may be written in a setting.
[[nodiscard]] std::string_view without_dots_around(std::string_view domain);

}  // namespace glusterconsul::consul
