#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "glusterconsul/command.hpp"
#include "util/report.hpp"
#include "util/service_notify.hpp"

namespace glusterconsul {

/// A subcommand, which is declared in one function and run if it was given. Its flags --json and
/// --verbose, if it has them, have the same meaning for all subcommands.
struct Subcommand {
  CLI::App* parser;
  /// Runs it with the parsed arguments. Called before any thread is started.
  std::function<Result<Outcome>(const Report&)> run;
  int usage_status = static_cast<int>(ExitStatus::kUsage);  ///< after a usage error
};

/// The exit status of a check after a usage error: 0 to 2 are statuses of the checked.
inline constexpr int kCheckUsageStatus = 3;

/// Declares -v, --verbose, which main() evaluates.
void add_verbose_flag(CLI::App& subcommand);

// Each adds a subcommand to `app`.
[[nodiscard]] Subcommand add_lookup(CLI::App& app);
[[nodiscard]] Subcommand add_status(CLI::App& app);
[[nodiscard]] Subcommand add_volumes(CLI::App& app);
[[nodiscard]] Subcommand add_config_check(CLI::App& app);
[[nodiscard]] Subcommand add_register(CLI::App& app, const ServiceNotify& notify);
[[nodiscard]] Subcommand add_deregister(CLI::App& app);

/// Declares `check`, to which the following add its subcommands.
[[nodiscard]] CLI::App& add_check(CLI::App& app);
[[nodiscard]] Subcommand add_check_server(CLI::App& check);
[[nodiscard]] Subcommand add_check_volume(CLI::App& check);
[[nodiscard]] Subcommand add_check_share(CLI::App& check);
[[nodiscard]] Subcommand add_publish(CLI::App& app);
[[nodiscard]] Subcommand add_automap(CLI::App& app);

}  // namespace glusterconsul
