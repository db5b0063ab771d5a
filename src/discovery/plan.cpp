#include "discovery/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "discovery/choose.hpp"
#include "discovery/describe.hpp"
#include "discovery/healthy.hpp"
#include "discovery/lookup.hpp"
#include "discovery/offered_volumes.hpp"
#include "discovery/plan_warnings.hpp"
#include "discovery/probe_limits.hpp"
#include "discovery/registered_volumes.hpp"
#include "discovery/spread.hpp"
#include "discovery/volume_hint.hpp"
#include "gluster/brick_hosts.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;

/// How long to wait for the other servers after enough have responded.
constexpr milliseconds kProbeGrace{50};

bool is_ready(const Candidate& candidate) {
  const auto verdict = candidate.probe.verdict;
  return verdict == Verdict::kServes || verdict == Verdict::kAccepts;
}

std::string describe_via(const Found& found) {
  return found.cached_since ? found.via : "Consul over " + found.via;
}

/// The candidates, with the probe results of those that are used.
std::vector<Candidate> probed(std::vector<Candidate> candidates, const Prober& prober,
                              const PlanInputs& inputs, const Context& context) {
  const auto in_time = context.sooner(inputs.probe_timeout + kProbeGrace);
  std::vector<Endpoint> servers;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].outcome != Outcome::kUsed) continue;
    servers.push_back(endpoint(candidates[i].instance));
    asked.push_back(i);
  }
  gluster::ProbeSettings settings;
  settings.method = inputs.probe;
  settings.timeout = inputs.probe_timeout;
  settings.enough = enough_servers(servers.size(), inputs.settings.servers);
  settings.grace = kProbeGrace;
  settings.allowed = inputs.settings.allowed;
  const auto wait = context.report.waiting(
      fmt::format("servers of volume {}", inputs.path.volume.text()), in_time.deadline);
  auto results = prober(servers, inputs.path, settings, in_time);
  const auto is_unusable = [&](const Host& host) {
    return settings.allowed.impossible(host) || !settings.allowed.allows(host);
  };
  for (std::size_t i = 0; i < asked.size() && i < results.size(); ++i) {
    std::erase_if(results[i].brick_hosts, is_unusable);
    candidates[asked[i]].probe = std::move(results[i]);
  }
  return candidates;
}

/// The largest weight that counts. Reports instances with a larger one.
unsigned weight_limit(const std::vector<Candidate>& candidates, const Report& report) {
  const auto most = max_weight(candidates);
  for (const auto& candidate : candidates) {
    const auto& instance = candidate.instance;
    if (candidate.outcome != Outcome::kUsed || instance.weight <= most || !report.shows_steps())
      continue;
    report.step(fmt::format("the weight {} of {} counts as {}, four times the median",
                            instance.weight, to_string(endpoint(instance)), most));
  }
  return most;
}

std::string list_servers(const Plan& plan) {
  std::vector<std::string> servers;
  for (const auto index : plan.order) {
    const auto& candidate = plan.candidates[index];
    servers.push_back(
        fmt::format("{} {}", candidate.instance.host.text(), describe_probe(candidate.probe)));
  }
  return join(servers, ", ");
}

/// The result of each probe, for `-v`.
std::string list_probed(const Plan& plan) {
  std::vector<std::string> servers;
  for (const auto& candidate : plan.candidates) {
    servers.push_back(fmt::format("{} {}", to_string(endpoint(candidate.instance)),
                                  describe_probe(candidate.probe)));
  }
  return join(servers, ", ");
}

/// Performs a lookup of at most `consul-timeout`; `server-port` replaces each registered port.
Result<Found> find_instances(const std::string& service, ConsulClient& consul_client,
                             const PlanInputs& inputs, const Context& context) {
  const auto in_time = context.sooner(inputs.settings.timeout);
  const auto wait =
      context.report.waiting(fmt::format("Consul to find {}", service), in_time.deadline);
  const auto& settings = inputs.settings;
  auto found = look_up(consul_client, settings, inputs.query, inputs.cached, in_time);
  const bool is_only_dns = settings.via == config::Via::kDns || !settings.http;
  if (!found && is_only_dns && settings.health == config::HealthPolicy::kAny) {
    add_hint(found.error(), fmt::format("{}: use consul-via=http", kNoCriticalOverDns));
  }
  if (!found || !inputs.port) return found;
  for (auto& instance : found->answer.instances) instance.port = *inputs.port;
  return found;
}

void report_registrations(const VolumeInstances& registered, const std::string& volume,
                          const Report& report) {
  if (registered.volumes.empty() || !report.shows_steps()) return;
  const auto servers = static_cast<std::size_t>(
      std::count_if(registered.instances.begin(), registered.instances.end(),
                    [&](const auto& each) { return each.volume.name == volume; }));
  report.step(
      fmt::format("{} registered for volume {}; {} registered", count_of(servers, "server"), volume,
                  count_of(registered.volumes.size() - (servers > 0 ? 1 : 0), "other volume")));
}

/// If the problem is that servers have registered different volumes, rejects these servers.
void reject_different_volumes(std::vector<Candidate>& candidates, const Error& problem) {
  if (problem.code != ErrorCode::kAmbiguous) return;
  for (auto& candidate : candidates) {
    const bool may_be_used =
        candidate.outcome == Outcome::kUsed || candidate.outcome == Outcome::kUnhealthy;
    if (may_be_used && !candidate.instance.volume.id.empty()) {
      candidate.outcome = Outcome::kOtherVolume;
    }
  }
}

/// If no server is healthy for its registered volume: asks these servers why. The problem is that
/// the volume is not started or does not exist, which waiting does not change; none if it is
/// something else.
std::optional<Error> problem_of_volume(std::vector<Candidate>& candidates, const Choice& choice,
                                       const Prober& prober, const PlanInputs& inputs,
                                       const Context& context) {
  auto asked = candidates;
  for (auto& candidate : asked) {
    if (candidate.outcome == Outcome::kUnhealthy &&
        candidate.instance.volume.name == choice.volume) {
      candidate.outcome = Outcome::kUsed;
    }
  }
  auto ranking =
      choose(probed(limit_probes(std::move(asked), choice), prober, inputs, context), choice);
  if (!ranking.problem || ranking.problem->code != ErrorCode::kNotServed) return std::nullopt;
  candidates = std::move(ranking.candidates);
  return std::move(ranking.problem);
}

}  // namespace

std::vector<Host> Plan::hosts() const {
  std::vector<Host> list;
  for (const auto index : order) list.push_back(candidates[index].instance.host);
  return list;
}

std::vector<Host> Plan::brick_hosts() const {
  std::vector<Host> list;
  if (count(candidates, Outcome::kUntrusted) > 0) return list;
  for (const auto index : order) {
    for (const auto& host : candidates[index].probe.brick_hosts) {
      if (list.size() == gluster::kMaxBrickHosts) return list;
      if (std::find(list.begin(), list.end(), host) == list.end()) list.push_back(host);
    }
  }
  return list;
}

bool Plan::has_unusable_address() const {
  return std::any_of(candidates.begin(), candidates.end(), [](const Candidate& each) {
    return each.outcome == Outcome::kImpossible || each.outcome == Outcome::kUntrusted ||
           each.outcome == Outcome::kOtherRegistration;
  });
}

std::size_t enough_servers(std::size_t candidates, std::size_t most) {
  return std::clamp<std::size_t>((candidates + 1) / 2, 1, std::max<std::size_t>(most, 1));
}

PlanOutcome make_plan(ConsulClient& consul_client, const Prober& prober, const PlanInputs& inputs,
                      const Context& context) {
  const auto& report = context.report;
  Plan plan;
  plan.service = describe_query(inputs.query);
  auto found = find_instances(plan.service, consul_client, inputs, context);
  if (!found) return {.plan = std::move(plan), .problem = std::move(found).error()};
  plan.via = describe_via(*found);
  plan.channel = found->channel;
  plan.from_cache = found->cached_since.has_value();
  report.step(fmt::format("{} of {} from {}", count_of(found->answer.instances.size(), "instance"),
                          plan.service, plan.via));

  const auto& volume = inputs.path.volume.text();
  auto registered = instances_for_volume(std::move(found->answer.instances), volume, plan.service,
                                         inputs.settings.allowed);
  report_registrations(registered, volume, report);
  const auto asked_for = registered.is_registered
                             ? fmt::format("{} for volume {}", plan.service, volume)
                             : plan.service;
  auto healthy = keep_healthy(registered.instances, inputs.settings.health, asked_for,
                              inputs.settings.allowed, volume);
  plan.warnings = lookup_warnings(inputs, *found, healthy);
  plan.candidates = std::move(healthy.candidates);
  if (registered.problem) {
    reject_different_volumes(plan.candidates, *registered.problem);
    return {.plan = std::move(plan), .problem = std::move(registered.problem)};
  }
  const Choice choice{.order = inputs.settings.order,
                      .servers = inputs.settings.servers,
                      .machine_id = inputs.machine_id,
                      .volume = volume,
                      .max_weight = weight_limit(plan.candidates, report)};
  if (healthy.problem) {
    auto permanent = registered.is_registered
                         ? problem_of_volume(plan.candidates, choice, prober, inputs, context)
                         : std::nullopt;
    return {.plan = std::move(plan), .problem = permanent ? permanent : healthy.problem};
  }
  plan.candidates =
      probed(limit_probes(std::move(plan.candidates), choice), prober, inputs, context);
  if (context.cancel.requested()) {
    return {.plan = std::move(plan), .problem = Error{ErrorCode::kInterrupted, "interrupted"}};
  }
  plan.answered = inputs.probe == gluster::ProbeMethod::kOff ||
                  std::any_of(plan.candidates.begin(), plan.candidates.end(), is_ready);

  auto ranking = choose(std::move(plan.candidates), choice);
  plan.candidates = std::move(ranking.candidates);
  auto skipped = skip_warnings(plan);
  std::move(skipped.begin(), skipped.end(), std::back_inserter(plan.warnings));
  const bool is_unknown = ranking.problem && ranking.problem->code == ErrorCode::kNotServed &&
                          count(plan.candidates, Outcome::kNotStarted) == 0;
  if (is_unknown && !plan.from_cache) {
    if (!registered.is_registered && !registered.volumes.empty()) {
      ranking.problem->hint = volume_hint(volume, registered.volumes, "registered volumes");
    }
    suggest_volume(*ranking.problem, plan.candidates, prober, inputs, context);
  }
  if (ranking.problem && ranking.problem->code == ErrorCode::kNotServed) {
    // Servers of another pool do not have the volume; those that registered it are not healthy.
    std::erase_if(registered.instances,
                  [&](const auto& each) { return each.volume.name != volume; });
    auto unhealthy = keep_healthy(registered.instances, inputs.settings.health, asked_for,
                                  inputs.settings.allowed, volume);
    if (!registered.instances.empty() && unhealthy.problem) {
      auto permanent = problem_of_volume(plan.candidates, choice, prober, inputs, context);
      ranking.problem = permanent ? permanent : unhealthy.problem;
    }
  }
  if (ranking.problem) {
    if (report.shows_steps()) report.step(fmt::format("probed {}", list_probed(plan)));
    return {.plan = std::move(plan), .problem = std::move(ranking.problem)};
  }
  plan.order = std::move(ranking.order);
  report.step(fmt::format("servers in order: {}", list_servers(plan)));
  return {.plan = std::move(plan), .problem = std::nullopt};
}

}  // namespace glusterconsul::discovery
