#include "discovery/offered_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "discovery/choice.hpp"
#include "discovery/describe.hpp"
#include "discovery/healthy.hpp"
#include "discovery/lookup.hpp"
#include "discovery/plan_warnings.hpp"
#include "discovery/probe_limits.hpp"
#include "discovery/registered_volumes.hpp"
#include "discovery/volume_hint.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

constexpr milliseconds kSuggestionTakes{1000};
constexpr std::size_t kMaxAsked = 8;
constexpr std::size_t kMaxOfferNamed = 8;

/// Stores the lists of volumes of these candidates.
void ask_for_volumes(std::vector<Candidate>& candidates, const std::vector<std::size_t>& asked,
                     const Prober& prober, const PlanInputs& inputs, const Context& context) {
  std::vector<Endpoint> servers;
  for (const auto index : asked) servers.push_back(endpoint(candidates[index].instance));
  gluster::ProbeSettings settings;
  settings.method = gluster::ProbeMethod::kVolume;
  settings.question = gluster::ProbeQuestion::kVolumes;
  settings.timeout = inputs.probe_timeout;
  settings.enough = servers.size() + 1;  // wait for all
  settings.allowed = inputs.settings.allowed;
  auto results = prober(servers, inputs.path, settings, context);
  for (std::size_t i = 0; i < asked.size() && i < results.size(); ++i) {
    candidates[asked[i]].probe = std::move(results[i]);
  }
}

std::string silent_servers(const std::vector<Candidate>& candidates) {
  std::vector<std::string> servers;
  for (const auto& candidate : candidates) {
    if (candidate.outcome != Outcome::kUsed) continue;
    if (servers.size() == kMaxOfferNamed) {
      servers.emplace_back("and others");
      break;
    }
    servers.push_back(fmt::format("{} {}", to_string(endpoint(candidate.instance)),
                                  describe_probe(candidate.probe)));
  }
  return join(servers, ", ");
}

bool has_listed(const Candidate& candidate) {
  return candidate.outcome == Outcome::kUsed &&
         candidate.probe.verdict == gluster::Verdict::kServes;
}

}  // namespace

std::vector<OfferedVolume> offered_volumes(const std::vector<Candidate>& candidates) {
  std::map<std::string, std::vector<std::size_t>> servers;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (const auto& name : candidates[i].probe.volumes) {
      auto& offering = servers[name];
      if (offering.empty() || offering.back() != i) offering.push_back(i);
    }
  }
  std::vector<OfferedVolume> volumes;
  for (auto& [name, offering] : servers) volumes.push_back({name, std::move(offering)});
  return volumes;
}

std::string offered_hint(std::string_view wanted, const std::vector<OfferedVolume>& offered) {
  std::vector<std::string> names;
  for (const auto& volume : offered) names.push_back(volume.name);
  return volume_hint(wanted, names, "these servers have");
}

void suggest_volume(Error& problem, std::vector<Candidate> candidates, const Prober& prober,
                    const PlanInputs& inputs, const Context& context) {
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < candidates.size() && asked.size() < kMaxAsked; ++i) {
    if (candidates[i].outcome == Outcome::kNoVolume) asked.push_back(i);
  }
  if (asked.empty() || inputs.probe != gluster::ProbeMethod::kVolume) return;
  ask_for_volumes(candidates, asked, prober, inputs, context.sooner(kSuggestionTakes));
  auto hint = offered_hint(inputs.path.volume.text(), offered_volumes(candidates));
  if (!hint.empty()) problem.hint = std::move(hint);
}

VolumeList list_volumes(ConsulClient& consul_client, const Prober& prober, const PlanInputs& inputs,
                        const Context& context) {
  VolumeList list;
  list.service = describe_query(inputs.query);
  const auto in_time = context.sooner(inputs.settings.timeout);
  auto found = [&] {
    const auto wait =
        context.report.waiting(fmt::format("Consul to find {}", list.service), in_time.deadline);
    return look_up(consul_client, inputs.settings, inputs.query, std::nullopt, in_time);
  }();
  if (!found) {
    list.problem = found.error();
    return list;
  }
  list.via = "Consul over " + found->via;
  found->answer.instances = one_for_each_server(std::move(found->answer.instances));
  auto healthy = keep_healthy(found->answer.instances, inputs.settings.health, list.service,
                              inputs.settings.allowed);
  list.warnings = lookup_warnings(inputs, *found, healthy);
  list.candidates = std::move(healthy.candidates);
  list.problem = std::move(healthy.problem);
  if (list.problem) return list;
  list.candidates =
      limit_probes(std::move(list.candidates), Choice{.order = inputs.settings.order,
                                                      .servers = inputs.settings.servers,
                                                      .machine_id = inputs.machine_id,
                                                      .volume = ""});
  ask_for_volumes(list.candidates, indices_of_used(list.candidates), prober, inputs,
                  context.sooner(inputs.probe_timeout));
  if (context.cancel.requested()) {
    list.problem = Error{ErrorCode::kInterrupted, "interrupted"};
  } else if (std::none_of(list.candidates.begin(), list.candidates.end(), has_listed)) {
    list.problem = Error{ErrorCode::kUnreachable,
                         fmt::format("none of the healthy servers of {} lists its volumes: {}",
                                     list.service, silent_servers(list.candidates))};
  }
  return list;
}

}  // namespace glusterconsul::discovery
