#include <utility>

#include "config/documentation.hpp"
#include "config/show_settings.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "discovery/explain.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/explanation.hpp"
#include "mount/real_system.hpp"
#include "mount/show_config.hpp"
#include "mount/signals.hpp"
#include "mount/task.hpp"
#include "mount/time_limits.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

struct LookupWords {
  std::string source;
  std::vector<std::string> options;
  std::string target = "TARGET";
  bool json = false;
  bool show_config = false;
};

Result<Outcome> show_config(const LookupWords& words, const Report& report) {
  TRY_ASSIGN(const auto options, all_options(words.options));
  TRY_ASSIGN(auto sources, config::read_sources());
  for (const auto& warning : sources.warnings) report.warning(warning);
  TRY_ASSIGN(const auto shown, mount::show_config(words.source, options, std::move(sources)));
  return Outcome{words.json ? config::settings_json(shown.service, shown.in_force)
                            : config::settings_table(shown.in_force)};
}

Result<Outcome> show_plan(const LookupWords& words, const Report& report) {
  TRY_ASSIGN(const auto options, all_options(words.options));
  TRY_ASSIGN(auto sources, config::read_sources());
  TRY_ASSIGN(auto task, mount::make_task(words.source, options, std::move(sources)));
  const auto& cancel = mount::cancel_on_signals();
  TRY(files_respond(mount::task_files(task), cancel));
  TRY(config::load_token(task.settings));
  for (const auto& warning : task.warnings) report.warning(warning);

  mount::RealSystem real_system;
  auto explanation = mount::explain(task, words.target, real_system,
                                    {Deadline::after(mount::kMountSpan), cancel, report});
  return Outcome{words.json ? discovery::explain_json(explanation.plan, explanation.command,
                                                      explanation.problem)
                            : discovery::explain_table(explanation.plan, explanation.command),
                 std::move(explanation.problem)};
}

Result<Outcome> run_lookup(const LookupWords& words, const Report& report) {
  return words.show_config ? show_config(words, report) : show_plan(words, report);
}

}  // namespace

Subcommand add_lookup(CLI::App& app) {
  const auto words = std::make_shared<LookupWords>();
  auto* lookup = app.add_subcommand(
      "lookup",
      "Show which servers a mount of SPEC would use and why, and the client's command line");
  lookup->add_option("SPEC", words->source, "NAME:/VOLUME[/SUBDIR], as for mount(8)");
  // Commas and quotes are parsed as mount(8) parses them, not by CLI11.
  lookup
      ->add_option("-o,--options", words->options,
                   "mount options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  lookup->footer("Consul options for -o:\n" + config::option_help());
  lookup->add_flag("--json", words->json, "print one JSON object, for programs");
  lookup->add_flag("--show-config", words->show_config,
                   "do not query Consul; show the effective settings and their origins (without "
                   "SPEC: the general settings)");
  add_verbose_flag(*lookup);
  lookup->final_callback([words] {
    if (words->source.empty() && !words->show_config) throw CLI::RequiredError("SPEC");
  });
  return {lookup, [words](const Report& report) { return run_lookup(*words, report); }};
}

}  // namespace glusterconsul
