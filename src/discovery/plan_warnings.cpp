#include "discovery/plan_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "discovery/probe_limits.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

constexpr std::size_t kMaxServersNamed = 8;

/// An age in one whole unit, for messages: "20s", "5m", "3h", "2d".
std::string rough(WallClock::duration age) {
  using std::chrono::duration_cast;
  const auto seconds = std::max<std::int64_t>(duration_cast<std::chrono::seconds>(age).count(), 0);
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 7200) return fmt::format("{}m", seconds / 60);
  if (seconds < 172800) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

/// "gl1, gl2, and 3 more": the result of `describe` for each candidate with this outcome.
std::string name_each(const std::vector<Candidate>& candidates, Outcome outcome,
                      std::string (*describe)(const Candidate&)) {
  std::vector<std::string> named;
  for (const auto& candidate : candidates) {
    if (candidate.outcome != outcome || named.size() == kMaxServersNamed) continue;
    named.push_back(describe(candidate));
  }
  const auto all = count(candidates, outcome);
  if (all > kMaxServersNamed) named.push_back(fmt::format("and {} more", all - kMaxServersNamed));
  return join(named, ", ");
}

/// After a failover to a cluster peer, Consul reports the peer, but no data centre.
std::string where_instances_are(const consul::LookupResult& answer) {
  if (!answer.datacenter.empty()) {
    return "the instances are in " + shortened(answer.datacenter, 100);
  }
  if (!answer.peer.empty()) {
    return fmt::format("the instances are from the peer '{}'", shortened(answer.peer, 100));
  }
  return "Consul did not report where the instances are";
}

}  // namespace

std::size_t count(const std::vector<Candidate>& candidates, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(candidates.begin(), candidates.end(),
                    [&](const auto& each) { return each.outcome == outcome; }));
}

std::vector<Warning> lookup_warnings(const PlanInputs& inputs, const Found& found,
                                     const Healthy& healthy) {
  std::vector<Warning> warnings;
  const auto& answer = found.answer;
  if (found.cached_since) {
    warnings.push_back(
        {fmt::format("Consul does not respond ({}); using the servers of the last successful "
                     "mount, {} ago, learned over {}",
                     found.beside, rough(inputs.wall_now - *found.cached_since),
                     describe(found.channel)),
         found.hint});
  } else if (found.channel == consul::Channel::kDns &&
             config::has_authenticated_http(inputs.settings)) {
    warnings.push_back(
        {fmt::format("the servers come from DNS, which is not authenticated ({})", found.beside),
         found.hint});
  } else if (!found.beside.empty()) {
    warnings.push_back({fmt::format("queried Consul over DNS ({})", found.beside), found.hint});
  }
  const bool is_over_dns = !found.cached_since && found.channel == consul::Channel::kDns;
  if (is_over_dns && inputs.settings.health == config::HealthPolicy::kAny) {
    warnings.push_back({std::string(kNoCriticalOverDns), "use consul-via=http"});
  }
  if (answer.stale) {
    warnings.push_back(
        {fmt::format("Consul has no leader; using data that is {} old, from another server",
                     to_string(*answer.stale))});
  }
  if (answer.failovers > 0) {
    warnings.push_back({"the prepared query failed over: " + where_instances_are(answer)});
  }
  if (answer.skipped > 0) {
    const bool is_named = answer.skipped <= consul::kMaxSkippedNamed;
    warnings.push_back(
        {fmt::format("skipped {} from Consul: {}{}", count_of(answer.skipped, "record"),
                     answer.first_skipped, is_named ? "" : "; ...")});
  }
  if (healthy.warning) warnings.push_back(*healthy.warning);
  return warnings;
}

std::vector<Warning> skip_warnings(const Plan& plan) {
  std::vector<Warning> warnings;
  const auto& all = plan.candidates;
  if (const auto impossible = count(all, Outcome::kImpossible); impossible > 0) {
    warnings.push_back(
        {fmt::format("skipped {} of {} at an address that no other machine can have: {}",
                     count_of(impossible, "instance"), plan.service,
                     name_each(all, Outcome::kImpossible, describe_impossible)),
         "correct the registration; if that server is this machine, list its loopback address and "
         "its name in consul-allow= together with all other servers"});
  }
  for (const auto& candidate : all) {
    if (candidate.outcome != Outcome::kUntrusted || candidate.probe.is_unowned) continue;
    warnings.push_back(
        {fmt::format("skipped the server {} of {}: {}", to_string(endpoint(candidate.instance)),
                     plan.service, why_untrusted(candidate))});
  }
  const auto on_host = count(all, Outcome::kTooManyOnHost);
  const auto too_many = count(all, Outcome::kTooMany);
  if (on_host + too_many > 0) {
    warnings.push_back(
        {fmt::format("skipped {} of {}: {} over the limit of {} per host, {} over the limit of {} "
                     "in total",
                     count_of(on_host + too_many, "instance"), plan.service, on_host,
                     kMaxProbedOfHost, too_many, kMaxProbed)});
  }
  if (count(all, Outcome::kOtherBricks) > 0) {
    const auto others = name_each(all, Outcome::kOtherBricks, [](const Candidate& each) {
      return to_string(endpoint(each.instance));
    });
    warnings.push_back(
        {fmt::format("servers disagree on the bricks of the volume; those that differ from the "
                     "majority are used last: {}",
                     others),
         "unless the volume is being changed, compare 'gluster volume info' on each server"});
  }
  return warnings;
}

}  // namespace glusterconsul::discovery
