// glusterconsul: the admin's command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "config/error_object.hpp"
#include "glusterconsul/command.hpp"
#include "glusterconsul/config_check.hpp"
#include "glusterconsul/lookup.hpp"
#include "glusterconsul/status.hpp"
#include "glusterconsul/volumes.hpp"
#include "mount/own_environment.hpp"
#include "mount/privilege.hpp"
#include "mount/signals.hpp"
#include "util/output.hpp"
#include "util/report.hpp"

namespace glusterconsul {
namespace {

constexpr const char* kProgram = "glusterconsul";

int finish(const Result<void>& done) {
  if (done) return 0;
  Report::standard_error()(lines_of(kProgram, done.error()));
  return static_cast<int>(traits(done.error().code).exit_status);
}

/// Prints what the subcommand has to print; after a failure, with --json an object with only the
/// error.
int finish(Result<Outcome> done, bool json) {
  mount::end_on_signals();
  if (!done && !json) return finish(fail(done.error()));
  if (!done) done = Outcome{config::error_json(done.error()), done.error()};
  const auto printed = print(done->output);
  if (done->problem) return finish(fail(*done->problem));
  return finish(printed);
}

/// Prints help, version or a usage error. `json`: the flag was given, which CLI11 does not report
/// if the command line cannot be parsed.
int exit_as(const CLI::App& app, const CLI::ParseError& problem, bool json) {
  std::ostringstream out;
  std::ostringstream err;
  if (app.exit(problem, out, err) == 0) return finish(print(out.str()));
  const auto parsed = app.get_subcommands();
  const auto command = parsed.empty() ? std::string() : parsed.front()->get_name() + " ";
  return finish(
      fail(ErrorCode::kUsage, problem.what(), fmt::format("see '{} {}--help'", kProgram, command)),
      json);
}

bool has_json_flag(int argc, char** argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* word) { return std::string_view(word) == "--json"; });
}

int run(int argc, char** argv) {
  mount::settle_signals();
  if (const auto settled = mount::settle_privileges(); !settled) return finish(settled);
  const auto environment = mount::clean_environment();
  if (!environment) return finish(fail(environment.error()));
  CLI::App app("Shows what mount.glusterconsul(8) sees in Consul, and what it has mounted.",
               kProgram);
  app.set_version_flag("-V,--version", "glusterconsul " GLUSTERCONSUL_VERSION);
  app.require_subcommand(1);

  LookupWords lookup_words;
  StatusWords status_words;
  VolumesWords volumes_words;
  ConfigCheckWords check_words;
  const auto* lookup = add_lookup(app, lookup_words);
  const auto* status = add_status(app, status_words);
  const auto* volumes = add_volumes(app, volumes_words);
  add_config_check(app, check_words);
  try {
    app.parse(argc, argv);
    if (lookup->parsed() && lookup_words.source.empty() && !lookup_words.show_config) {
      throw CLI::RequiredError("SPEC");
    }
  } catch (const CLI::ParseError& problem) {
    return exit_as(app, problem, has_json_flag(argc, argv));
  }
  const bool verbose = lookup_words.verbose || status_words.verbose || volumes_words.verbose;
  const Report report(kProgram, verbose ? Report::Verbosity::kSteps : Report::Verbosity::kQuiet,
                      Report::standard_error_screen(), Report::standard_error());
  if (*environment) report.warning(**environment);
  if (lookup->parsed()) return finish(run_lookup(lookup_words, report), lookup_words.json);
  if (status->parsed()) return finish(run_status(status_words, report), status_words.json);
  if (volumes->parsed()) return finish(run_volumes(volumes_words, report), volumes_words.json);
  return finish(run_config_check(check_words), check_words.json);
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
