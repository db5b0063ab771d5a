#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "admin/registrar.hpp"
#include "admin/service_definitions.hpp"
#include "glusterconsul/registration_words.hpp"
#include "glusterconsul/subcommands.hpp"
#include "glusterconsul/watch_loop.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

Error not_seen(const RegistrationTask& task, const admin::ServerState& server) {
  return {ErrorCode::kUnreachable, fmt::format("glusterd at {} does not list its volumes{}{}",
                                               to_string(task.place.glusterd),
                                               server.detail.empty() ? "" : ": ", server.detail)};
}

Result<Outcome> print_definitions(const RegistrationWords& words, const Report& report) {
  TRY_ASSIGN(const auto task, task_without_agent(words));
  const Context context{Deadline::after(2 * task.place.step), mount::cancel_on_signals(), report};
  TRY_ASSIGN(const auto look,
             admin::look_at_gluster(task.place.glusterd, task.place.step, context));
  const auto wanted = admin::wanted_instances(look, {}, task.settings);
  if (!wanted.is_complete) return fail(not_seen(task, look.server));
  for (const auto& warning : wanted.warnings) report.warning(warning);
  return Outcome{admin::service_definitions(wanted, task.settings, words.address)};
}

std::string line_of(const admin::RegistrationWatch::Shown& shown) {
  const auto first = shown.result.output.substr(0, shown.result.output.find('\n'));
  return fmt::format("{:<24} {:<8} {}\n", printable(shown.id), status_name(shown.result.status),
                     printable(first));
}

Result<Outcome> register_now(const RegistrationWords& words, const Report& report) {
  TRY_ASSIGN(const auto task, registration_task(words, report));
  const Context context{Deadline::after(4 * task.place.step), mount::cancel_on_signals(), report};
  admin::RegistrationWatch watch(task.settings);
  TRY_ASSIGN(const auto outcome, admin::look_and_register(task.place, watch, context));
  for (const auto& warning : outcome.turn.warnings) report.warning(warning);
  if (outcome.problem) return fail(*outcome.problem);
  std::string output;
  for (const auto& shown : watch.shown()) output += line_of(shown);
  for (const auto& id : outcome.turn.remove)
    output += fmt::format("{:<24} removed\n", printable(id));
  return Outcome{output};
}

Result<Outcome> run_register(const RegistrationWords& words, const ServiceNotify& notify,
                             const Report& report) {
  if (words.print) return print_definitions(words, report);
  if (words.watch) return watch_loop(words, notify, report);
  return register_now(words, report);
}

}  // namespace

Subcommand add_register(CLI::App& app, const ServiceNotify& notify) {
  const auto words = std::make_shared<RegistrationWords>();
  auto* subcommand = app.add_subcommand(
      "register", "Register this server and its volumes in Consul, with the state of each");
  add_registration_words(*subcommand, *words);
  add_verbose_flag(*subcommand);
  return {subcommand,
          [words, notify](const Report& report) { return run_register(*words, notify, report); }};
}

}  // namespace glusterconsul
