// glusterconsul: the admin's command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/check_report.hpp"
#include "config/error_object.hpp"
#include "glusterconsul/command.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/own_environment.hpp"
#include "mount/privilege.hpp"
#include "mount/signals.hpp"
#include "util/output.hpp"
#include "util/report.hpp"
#include "util/service_notify.hpp"
#include "util/text.hpp"

namespace glusterconsul {
namespace {

constexpr const char* kProgram = "glusterconsul";
constexpr int kUnknownStatus = static_cast<int>(admin::CheckStatus::kWarning);

int finish(const Result<void>& done) {
  if (done) return 0;
  Report::standard_error()(lines_of(kProgram, done.error()));
  return static_cast<int>(traits(done.error().code).exit_status);
}

/// The exit status of a check that this machine could not do, which is printed: unknown. The status
/// of another subcommand would be critical.
int finish_unknown(const Error& problem) {
  const auto result = admin::unknown(problem);
  static_cast<void>(print(result.output + "\n"));
  return static_cast<int>(result.status);
}

/// Whether the subcommand is `check`, before the command line is parsed.
bool is_check(int argc, char** argv) {
  return argc > 1 && std::string_view(argv[1]) == "check";
}

/// Prints what the subcommand has to print; after a failure, with --json an object with only the
/// error. `usage_status`: the exit status after a usage error.
int finish(Result<Outcome> done, bool json,
           int usage_status = static_cast<int>(ExitStatus::kUsage)) {
  mount::end_on_signals();
  const bool is_usage = !done && done.error().code == ErrorCode::kUsage;
  if (!done && !json) {
    const int status = finish(fail(done.error()));
    return is_usage ? usage_status : status;
  }
  if (!done) {
    const auto problem = done.error();
    done = Outcome{config::error_json(problem), problem};
    if (is_usage) done->status = usage_status;
  }
  const auto printed = print(done->output);
  const int status = finish(done->problem ? fail(*done->problem) : printed);
  if (!printed && usage_status == kCheckUsageStatus) return kUnknownStatus;
  return done->status && printed ? *done->status : status;
}

/// CLI11 does not name a subcommand that it does not know.
Error usage_error(const CLI::App& app, const CLI::ParseError& problem) {
  const auto parsed = app.get_subcommands();
  const auto unknown = app.remaining();
  if (!parsed.empty() || unknown.empty() || unknown.front().starts_with("-")) {
    const auto command = parsed.empty() ? std::string() : parsed.front()->get_name() + " ";
    return {ErrorCode::kUsage, problem.what(), fmt::format("see '{} {}--help'", kProgram, command)};
  }
  std::vector<std::string> names;
  for (const auto* each : app.get_subcommands({})) names.push_back(each->get_name());
  const auto near = nearest(unknown.front(), {names.begin(), names.end()});
  return {
      ErrorCode::kUsage, fmt::format("no such subcommand: '{}'", shortened(unknown.front())),
      near ? fmt::format("did you mean '{}'?", *near) : fmt::format("see '{} --help'", kProgram)};
}

/// Prints help, version or a usage error. `json`: the flag was given, which CLI11 does not report
/// if the command line cannot be parsed.
int exit_as(const CLI::App& app, const CLI::ParseError& problem,
            std::span<const Subcommand> subcommands, bool json) {
  std::ostringstream out;
  std::ostringstream err;
  if (app.exit(problem, out, err) == 0) return finish(print(out.str()));
  const auto parsed = app.get_subcommands();
  const int status = finish(fail(usage_error(app, problem)), json);
  // All subcommands of `check` have the same usage status.
  const auto below =
      std::find_if(subcommands.begin(), subcommands.end(), [&](const Subcommand& each) {
        return !parsed.empty() &&
               (each.parser == parsed.front() || each.parser->get_parent() == parsed.front());
      });
  return below == subcommands.end() ? status : below->usage_status;
}

bool is_given(const Subcommand& subcommand) {
  return subcommand.parser->parsed();
}

bool has_flag(const Subcommand& subcommand, const std::string& flag) {
  const auto* option = subcommand.parser->get_option_no_throw(flag);
  return option != nullptr && option->count() > 0;
}

bool has_json_flag(int argc, char** argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* word) { return std::string_view(word) == "--json"; });
}

int run(int argc, char** argv) {
  mount::settle_signals();
  const auto cannot_start = [&](const Error& problem) {
    return is_check(argc, argv) ? finish_unknown(problem) : finish(fail(problem));
  };
  if (const auto settled = mount::settle_privileges(); !settled)
    return cannot_start(settled.error());
  const auto notify = ServiceNotify::from_environment();
  const auto environment = mount::clean_environment();
  if (!environment) return cannot_start(environment.error());
  CLI::App app(
      "Shows what mount.glusterconsul(8) finds and has mounted; checks and registers servers.",
      kProgram);
  app.set_version_flag("-V,--version", "glusterconsul " GLUSTERCONSUL_VERSION);
  app.require_subcommand(1);

  auto& check = add_check(app);
  const std::array subcommands = {
      add_lookup(app),        add_status(app),           add_volumes(app),
      add_config_check(app),  add_check_server(check),   add_check_volume(check),
      add_check_share(check), add_register(app, notify), add_deregister(app),
      add_publish(app),       add_automap(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return exit_as(app, problem, subcommands, has_json_flag(argc, argv));
  }
  const auto& given = *std::find_if(subcommands.begin(), subcommands.end(), is_given);
  const Report report(
      kProgram,
      has_flag(given, "--verbose") ? Report::Verbosity::kSteps : Report::Verbosity::kQuiet,
      Report::standard_error_screen(), Report::standard_error());
  if (*environment) report.warning(**environment);
  return finish(given.run(report), has_flag(given, "--json"), given.usage_status);
}

}  // namespace
}  // namespace glusterconsul

int main(int argc, char** argv) {
  try {
    return glusterconsul::run(argc, argv);
  } catch (const std::exception& problem) {
    if (glusterconsul::is_check(argc, argv)) {
      static_cast<void>(std::printf("unknown: internal error or out of memory\n"));
      return glusterconsul::kUnknownStatus;
    }
    static_cast<void>(std::fprintf(stderr, "glusterconsul: internal error or out of memory: %s\n",
                                   problem.what()));
    return static_cast<int>(glusterconsul::ExitStatus::kBug);
  }
}
