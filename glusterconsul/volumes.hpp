#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "glusterconsul/command.hpp"
#include "util/report.hpp"

namespace glusterconsul {

struct VolumesWords {
  std::string service;
  std::vector<std::string> options;
  bool json = false;
  bool verbose = false;
};

/// Declares `volumes` and its arguments. The words must outlive the returned subcommand.
CLI::App* add_volumes(CLI::App& app, VolumesWords& words);

[[nodiscard]] Result<Outcome> run_volumes(const VolumesWords& words, const Report& report);

}  // namespace glusterconsul
