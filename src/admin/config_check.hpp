#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/cancel.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// One thing that was checked.
struct ConfigFinding {
  std::string subject;              ///< a file, a section or a setting
  std::optional<Error> error = {};  ///< why a mount would fail
  std::optional<Warning> warning = {};
};

/// Checks everything that the conf files say, without a mount and without the environment, and goes
/// on after an error: each file and each line of it, each section, what the settings mean together
/// for each service that has a section and for all others, and each file that they name, which is
/// opened as a mount would open it. Nothing is written and nothing is contacted.
[[nodiscard]] Result<std::vector<ConfigFinding>> check_config(const std::string& conf_path,
                                                              const Cancel& cancel);

/// The first error, with the number of all; nothing if there is none. Its code, and thus the exit
/// status, is that of the first.
[[nodiscard]] std::optional<Error> problem_of(const std::vector<ConfigFinding>& findings);

}  // namespace glusterconsul::admin
