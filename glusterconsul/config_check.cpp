#include "admin/config_check.hpp"
#include "admin/config_report.hpp"
#include "config/sources.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/signals.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

struct ConfigCheckWords {
  bool json = false;
};

Result<Outcome> run_config_check(const ConfigCheckWords& words) {
  TRY_ASSIGN(const auto findings,
             admin::check_config(config::kConfPath, mount::cancel_on_signals()));
  return Outcome{words.json ? admin::config_json(findings) : admin::config_table(findings),
                 admin::problem_of(findings)};
}

}  // namespace

Subcommand add_config_check(CLI::App& app) {
  const auto words = std::make_shared<ConfigCheckWords>();
  auto* config = app.add_subcommand("config", "Check the configuration files");
  config->require_subcommand(1);
  auto* check = config->add_subcommand(
      "check", "Check every configuration file, every section and every file that they name");
  check->add_flag("--json", words->json, "print one JSON object, for programs");
  return {check, [words](const Report& /*report*/) { return run_config_check(*words); }};
}

}  // namespace glusterconsul
