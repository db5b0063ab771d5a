#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/error.hpp"
#include "util/option.hpp"

namespace glusterconsul {

/// The outcome of a subcommand that has something to print.
struct Outcome {
  std::string output;                 ///< for standard output; with --json one object
  std::optional<Error> problem = {};  ///< for standard error and the exit status
  std::optional<int> status = {};     ///< the exit status, if it is not that of `problem`
};

/// The options of all `-o` flags together. Commas and quotes are parsed as mount(8) parses them.
[[nodiscard]] Result<std::vector<Option>> all_options(const std::vector<std::string>& texts);

}  // namespace glusterconsul
