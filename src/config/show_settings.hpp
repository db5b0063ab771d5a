#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace glusterconsul::config {

/// A table for people: a heading, then one line with name, value and origin for each setting; the
/// value is "-" if there is none, and "(set)" for a secret. Every text goes through printable().
[[nodiscard]] std::string settings_table(std::span<const InForce> in_force);

/// One JSON object for programs: `service` (null if `service` is empty) and `settings`, a list of
/// objects with `name`, `value` (null for a secret that is set) and `origin`.
[[nodiscard]] std::string settings_json(std::string_view service,
                                        std::span<const InForce> in_force);

}  // namespace glusterconsul::config
