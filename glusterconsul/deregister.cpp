#include <fmt/format.h>

#include <memory>

#include "admin/deregistration.hpp"
#include "consul/agent_client.hpp"
#include "consul/http_address.hpp"
#include "glusterconsul/registration_words.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr milliseconds kMaxTime{10'000};

struct DeregistrationWords {
  AgentWords agent;
  std::string uuid;
};

Result<Outcome> run_deregister(const DeregistrationWords& words, const Report& report) {
  TRY_ASSIGN(const auto there, service_at_agent(words.agent, report));
  const Context context{Deadline::after(kMaxTime), mount::cancel_on_signals(), report};
  TRY_ASSIGN(auto agent, consul::AgentClient::open(there.agent));
  TRY_ASSIGN(const auto state, agent.state(context));
  TRY_ASSIGN(const auto ids, admin::registered_ids(state, there.service, words.uuid));
  const auto done = admin::remove_instances(ids, agent, context);
  Outcome outcome;
  for (const auto& id : done.removed) {
    outcome.output += fmt::format("{:<24} removed\n", printable(id));
  }
  for (const auto& problem : done.problems) {
    if (outcome.problem) report.warning({outcome.problem->message, outcome.problem->hint});
    outcome.problem = problem;
  }
  return outcome;
}

}  // namespace

Subcommand add_deregister(CLI::App& app) {
  const auto words = std::make_shared<DeregistrationWords>();
  auto* subcommand =
      app.add_subcommand("deregister", "Remove from Consul what 'register' has registered");
  add_agent_words(*subcommand, words->agent);
  subcommand
      ->add_option("--uuid", words->uuid,
                   "only what the server with this UUID has registered (default: all)")
      ->type_name("UUID");
  add_verbose_flag(*subcommand);
  return {subcommand, [words](const Report& report) { return run_deregister(*words, report); }};
}

}  // namespace glusterconsul
