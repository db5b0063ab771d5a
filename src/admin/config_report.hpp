#pragma once

#include <string>
#include <vector>

#include "admin/config_check.hpp"

namespace glusterconsul::admin {

/// For people: one line for each finding ("ok", "warning" or "error", then its subject, then what
/// is wrong), with the hint below it. Every text goes through printable().
[[nodiscard]] std::string config_table(const std::vector<ConfigFinding>& findings);

/// One JSON object and a newline: `findings` and `error`.
[[nodiscard]] std::string config_json(const std::vector<ConfigFinding>& findings);

}  // namespace glusterconsul::admin
