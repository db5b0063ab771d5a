#include <fmt/format.h>

#include <memory>

#include "admin/registration.hpp"
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

Result<Outcome> run_deregister(const AgentWords& words, const Report& report) {
  TRY_ASSIGN(const auto there, service_at_agent(words, report));
  const Context context{Deadline::after(kMaxTime), mount::cancel_on_signals(), report};
  TRY_ASSIGN(auto agent, consul::AgentClient::open(there.agent));
  TRY_ASSIGN(const auto state, agent.state(context));
  Outcome outcome;
  for (const auto& service : state.services) {
    if (!admin::is_ours(service, there.service)) continue;
    const auto removed = agent.remove(service.id, context);
    if (!removed) {
      outcome.problem = removed.error();
      break;
    }
    outcome.output += fmt::format("{:<24} removed\n", printable(service.id));
  }
  return outcome;
}

}  // namespace

Subcommand add_deregister(CLI::App& app) {
  const auto words = std::make_shared<AgentWords>();
  auto* subcommand =
      app.add_subcommand("deregister", "Remove from Consul what 'register' has registered there");
  add_agent_words(*subcommand, *words);
  add_verbose_flag(*subcommand);
  return {subcommand, [words](const Report& report) { return run_deregister(*words, report); }};
}

}  // namespace glusterconsul
