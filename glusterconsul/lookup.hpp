#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "glusterconsul/command.hpp"
#include "util/report.hpp"

namespace glusterconsul {

struct LookupWords {
  std::string source;
  std::vector<std::string> options;
  std::string target = "TARGET";
  bool json = false;
  bool show_config = false;
  bool verbose = false;
};

/// Declares `lookup` and its arguments. The words must outlive the returned subcommand.
CLI::App* add_lookup(CLI::App& app, LookupWords& words);

[[nodiscard]] Result<Outcome> run_lookup(const LookupWords& words, const Report& report);

}  // namespace glusterconsul
