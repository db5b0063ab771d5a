#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace glusterconsul::config {

/// For a person: a heading, and a line each with name, value and origin; "-" if
/// there is no value, "(set)" for a secret. Every text goes through printable().
[[nodiscard]] std::string settings_table(std::span<const InForce> in_force);

/// For programs, one JSON object: `service` (null if `service` is empty) and
/// `settings`, a list of objects with `name`, `value` (null for a secret, which is set) and
/// `origin`.
[[nodiscard]] std::string settings_json(std::string_view service,
                                        std::span<const InForce> in_force);

}  // namespace glusterconsul::config
