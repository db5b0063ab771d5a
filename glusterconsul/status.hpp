#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "glusterconsul/command.hpp"
#include "util/report.hpp"

namespace glusterconsul {

struct StatusWords {
  std::string target;
  bool json = false;
  bool verbose = false;
};

/// Declares `status` and its arguments. The words must outlive the returned subcommand.
CLI::App* add_status(CLI::App& app, StatusWords& words);

/// Call it before any thread is started.
[[nodiscard]] Result<Outcome> run_status(const StatusWords& words, const Report& report);

}  // namespace glusterconsul
