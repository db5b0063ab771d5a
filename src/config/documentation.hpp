#pragma once

#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::config {

// The texts that are generated from the option table. Each ends with a newline.

/// The subsections of OPTIONS in mount.glusterconsul(8), in mdoc(7).
[[nodiscard]] std::string manual_options();

/// The rows of a column list in mdoc(7): each option with its default.
[[nodiscard]] std::string manual_defaults();

/// The same for the environment variables, each with the option that it sets.
[[nodiscard]] std::string manual_variables();

/// The options of the example conf file, commented out at their defaults.
[[nodiscard]] std::string example_options();

/// The words for bash completion: a line NAME=VALUE,VALUE... for each option.
[[nodiscard]] std::string completion_options();

/// The part of `--help`: two lines for each option.
[[nodiscard]] std::string option_help();

/// Replaces each line `@NAME@` of a template with the generated text of that name: `options`,
/// `defaults`, `variables`, `example` or `completion`. kUsage, with the line, for any other name.
[[nodiscard]] Result<std::string> fill_template(std::string_view text);

}  // namespace glusterconsul::config
