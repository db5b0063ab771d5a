#pragma once

#include <CLI/CLI.hpp>

#include "glusterconsul/command.hpp"

namespace glusterconsul {

struct ConfigCheckWords {
  bool json = false;
};

/// Declares `config check` and its arguments. The words must outlive the returned subcommand.
CLI::App* add_config_check(CLI::App& app, ConfigCheckWords& words);

[[nodiscard]] Result<Outcome> run_config_check(const ConfigCheckWords& words);

}  // namespace glusterconsul
