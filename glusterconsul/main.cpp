// glusterconsul: the admin's command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "config/documentation.hpp"
#include "config/show_settings.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "discovery/explain.hpp"
#include "mount/arguments.hpp"
#include "mount/explanation.hpp"
#include "mount/own_environment.hpp"
#include "mount/privilege.hpp"
#include "mount/real_system.hpp"
#include "mount/show_config.hpp"
#include "mount/signals.hpp"
#include "mount/task.hpp"
#include "mount/task_files.hpp"
#include "util/output.hpp"
#include "util/report.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr const char* kProgram = "glusterconsul";

struct LookupWords {
  std::string source;
  std::vector<std::string> options;
  std::string target = "TARGET";
  bool json = false;
  bool show_config = false;
  bool verbose = false;
};

Result<std::vector<Option>> all_options(const std::vector<std::string>& texts) {
  std::vector<Option> options;
  for (const auto& text : texts) {
    TRY_ASSIGN(const auto split, mount::split_options(text));
    options.insert(options.end(), split.begin(), split.end());
  }
  return options;
}

Result<void> show_config(const LookupWords& words, const Report& report) {
  TRY_ASSIGN(const auto options, all_options(words.options));
  TRY_ASSIGN(auto sources, config::read_sources());
  for (const auto& warning : sources.warnings) report.warning(warning);
  TRY_ASSIGN(const auto shown, mount::show_config(words.source, options, std::move(sources)));
  return print(words.json ? config::settings_json(shown.service, shown.in_force)
                          : config::settings_table(shown.in_force));
}

Result<void> look_up(const LookupWords& words, const Report& report) {
  TRY_ASSIGN(const auto options, all_options(words.options));
  TRY_ASSIGN(auto sources, config::read_sources());
  TRY_ASSIGN(auto task, mount::make_task(words.source, options, std::move(sources)));
  const auto& cancel = mount::cancel_on_signals();
  TRY(mount::files_respond(mount::task_files(task), cancel));
  TRY(config::load_token(task.settings));
  for (const auto& warning : task.warnings) report.warning(warning);

  mount::RealSystem real_system;
  const auto explanation = mount::explain(task, words.target, real_system, cancel, report);
  const auto text = words.json ? discovery::explain_json(explanation.plan, explanation.command)
                               : discovery::explain_table(explanation.plan, explanation.command);
  mount::end_on_signals();
  TRY(print(text));
  if (explanation.problem) return fail(*explanation.problem);
  return {};
}

int finish(const Result<void>& done) {
  if (done) return 0;
  Report::standard_error()(lines_of(kProgram, done.error()));
  return static_cast<int>(traits(done.error().code).exit_status);
}

/// Prints help, version or a usage error.
int exit_as(const CLI::App& app, const CLI::ParseError& problem) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = app.exit(problem, out, err);
  if (status == 0) return finish(print(out.str()));
  const auto parsed = app.get_subcommands();
  const auto command = parsed.empty() ? "" : parsed.front()->get_name() + " ";
  return finish(
      fail(ErrorCode::kUsage, problem.what(), fmt::format("see '{} {}--help'", kProgram, command)));
}

int run(int argc, char** argv) {
  mount::settle_signals();
  if (const auto settled = mount::settle_privileges(); !settled) return finish(settled);
  const auto environment = mount::clean_environment();
  if (!environment) return finish(fail(environment.error()));
  CLI::App app("Shows what mount.glusterconsul(8) sees in Consul.", kProgram);
  app.set_version_flag("-V,--version", "glusterconsul " GLUSTERCONSUL_VERSION);
  app.require_subcommand(1);

  LookupWords words;
  auto* lookup = app.add_subcommand(
      "lookup",
      "Show which servers a mount of SPEC would use and why, and the client's command line");
  lookup->add_option("SPEC", words.source, "NAME:/VOLUME[/SUBDIR], as for mount(8)");
  // Commas and quotes are parsed as mount(8) parses them, not by CLI11.
  lookup
      ->add_option("-o,--options", words.options, "mount options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  lookup->footer("Consul options for -o:\n" + config::option_help());
  lookup->add_flag("--json", words.json, "print one JSON object, for programs");
  lookup->add_flag("--show-config", words.show_config,
                   "do not query Consul; show the effective settings and their origins (without "
                   "SPEC: the general settings)");
  lookup->add_flag("-v,--verbose", words.verbose, "show each step with its time");
  try {
    app.parse(argc, argv);
    if (words.source.empty() && !words.show_config) throw CLI::RequiredError("SPEC");
  } catch (const CLI::ParseError& problem) {
    return exit_as(app, problem);
  }
  const Report report(kProgram,
                      words.verbose ? Report::Verbosity::kSteps : Report::Verbosity::kQuiet,
                      Report::standard_error_screen(), Report::standard_error());
  if (*environment) report.warning(**environment);
  return finish(words.show_config ? show_config(words, report) : look_up(words, report));
}

}  // namespace
}  // namespace glusterconsul

int main(int argc, char** argv) {
  try {
    return glusterconsul::run(argc, argv);
  } catch (const std::exception& problem) {
    static_cast<void>(std::fprintf(stderr, "glusterconsul: internal error or out of memory: %s\n",
                                   problem.what()));
    return static_cast<int>(glusterconsul::ExitStatus::kBug);
  }
}
