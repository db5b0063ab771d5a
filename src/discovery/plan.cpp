#include "discovery/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "discovery/choose.hpp"
#include "discovery/healthy.hpp"
#include "discovery/lookup.hpp"
#include "gluster/brick_hosts.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;

/// Servers that take longer than this behind the others are not worth the wait.
constexpr milliseconds kProbeGrace{50};
constexpr std::size_t kMaxNamed = 8;

bool is_ready(const Candidate& candidate) {
  const auto verdict = candidate.probe.verdict;
  return verdict == Verdict::kServes || verdict == Verdict::kAccepts;
}

std::string describe_via(const Found& found) {
  return found.cached_since ? found.via : "Consul over " + found.via;
}

/// "20s", "5m", "3h", "2d": an age in one whole unit, for a person.
std::string rough(WallClock::duration age) {
  using std::chrono::duration_cast;
  const auto seconds = std::max<std::int64_t>(duration_cast<std::chrono::seconds>(age).count(), 0);
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 7200) return fmt::format("{}m", seconds / 60);
  if (seconds < 172800) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

std::vector<Warning> concessions(const PlanInputs& inputs, const Found& found,
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
  if (answer.stale) {
    warnings.push_back(
        {fmt::format("Consul has no leader; using the data of another of its servers, from {} ago",
                     to_string(*answer.stale))});
  }
  if (answer.failovers > 0) {
    warnings.push_back({fmt::format("the prepared query failed over: the instances are in {}",
                                    printable(answer.datacenter, 100))});
  }
  if (answer.skipped > 0) {
    warnings.push_back({fmt::format("skipped {} from Consul: {}",
                                    count_of(answer.skipped, "record"), answer.first_skipped)});
  }
  if (healthy.warning) warnings.push_back(*healthy.warning);
  return warnings;
}

void set_port(std::vector<consul::Instance>& instances, Port port) {
  for (auto& instance : instances) instance.port = port;
}

void probe_candidates(std::vector<Candidate>& candidates, const Prober& prober,
                      const PlanInputs& inputs, const Deadline& deadline, const Cancel& cancel) {
  std::vector<Endpoint> servers;
  std::vector<Candidate*> asked;
  for (auto& candidate : candidates) {
    if (candidate.outcome != Outcome::kUsed) continue;
    servers.push_back(endpoint(candidate.instance));
    asked.push_back(&candidate);
  }
  gluster::ProbeSettings settings;
  settings.method = inputs.probe;
  settings.timeout = inputs.probe_timeout;
  settings.enough = enough_servers(servers.size(), inputs.settings.servers);
  settings.grace = kProbeGrace;
  settings.allowed = inputs.settings.allowed;
  auto results = prober(servers, inputs.path, settings, deadline, cancel);
  const auto may_not_be_used = [&](const Host& host) {
    return settings.allowed.impossible(host) || !settings.allowed.allows(host);
  };
  for (std::size_t i = 0; i < asked.size() && i < results.size(); ++i) {
    std::erase_if(results[i].brick_hosts, may_not_be_used);
    asked[i]->probe = std::move(results[i]);
  }
}

std::size_t count(const std::vector<Candidate>& candidates, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(candidates.begin(), candidates.end(),
                    [&](const auto& each) { return each.outcome == outcome; }));
}

/// "gl1, gl2, and 3 more": what `describe` makes of each candidate with this outcome.
std::string name_each(const std::vector<Candidate>& candidates, Outcome outcome,
                      std::string (*describe)(const Candidate&)) {
  std::vector<std::string> named;
  for (const auto& candidate : candidates) {
    if (candidate.outcome != outcome || named.size() == kMaxNamed) continue;
    named.push_back(describe(candidate));
  }
  const auto all = count(candidates, outcome);
  if (all > kMaxNamed) named.push_back(fmt::format("and {} more", all - kMaxNamed));
  return join(named, ", ");
}

/// What of the plan's instances is not used although it is registered as healthy.
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

/// The largest weight that counts, and of whom it does not.
unsigned capped_weight(const std::vector<Candidate>& candidates, const Report& report) {
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
  return count(candidates, Outcome::kImpossible) + count(candidates, Outcome::kUntrusted) > 0;
}

std::size_t enough_servers(std::size_t candidates, std::size_t most) {
  return std::clamp<std::size_t>((candidates + 1) / 2, 1, std::max<std::size_t>(most, 1));
}

std::string describe_query(const consul::ServiceQuery& query) {
  const auto& service = query.service;
  std::string words = service.kind == consul::ServiceName::Kind::kPreparedQuery
                          ? fmt::format("query {}", printable(service.name, 128))
                          : printable(service.name, 128);
  if (!query.tags.empty()) words += fmt::format(" with tag {}", printable(join(query.tags, ", ")));
  if (!query.filter.empty()) words += fmt::format(" with filter {}", printable(query.filter));
  if (!service.datacenter.empty()) words += fmt::format(" in {}", printable(service.datacenter));
  return words;
}

std::string describe_probe(const gluster::ProbeResult& probe) {
  const std::string time =
      probe.round_trip
          ? fmt::format("{:.1f} ms", static_cast<double>(probe.round_trip->count()) / 1000)
          : "";
  const auto because = [&](std::string_view word) {
    return probe.detail.empty() ? std::string(word)
                                : fmt::format("{} ({})", word, printable(probe.detail, 120));
  };
  switch (probe.verdict) {
    case Verdict::kServes:
      return fmt::format("serves it ({})", time);
    case Verdict::kAccepts:
      return fmt::format("accepts connections ({})", time);
    case Verdict::kNotAsked:
      return probe.detail.empty() ? "not asked" : because("not waited for");
    case Verdict::kNoVolume:
      return "has no such volume";
    case Verdict::kRefused:
      return because("refused");
    case Verdict::kNoResponse:
      return because("no response");
    case Verdict::kClosed:
      return because("closed the connection");
    case Verdict::kBadReply:
      return because("bad reply");
    case Verdict::kImpossible:
      return because("impossible address");
    case Verdict::kUntrusted:
      return because("untrusted");
  }
  return "";
}

Result<void> make_plan(Plan& plan, ConsulClient& consul_client, const Prober& prober,
                       const PlanInputs& inputs, const Deadline& deadline, const Cancel& cancel,
                       const Report& report) {
  plan = Plan();
  plan.service = describe_query(inputs.query);
  const auto look_up_by = deadline.sooner(inputs.settings.timeout);
  TRY_ASSIGN(auto found, [&] {
    const auto wait = report.waiting(fmt::format("Consul to find {}", plan.service), look_up_by);
    return look_up(consul_client, inputs.settings, inputs.query, inputs.cached, look_up_by, cancel);
  }());
  plan.via = describe_via(found);
  plan.channel = found.channel;
  plan.from_cache = found.cached_since.has_value();
  report.step(fmt::format("{} of {} from {}", count_of(found.answer.instances.size(), "instance"),
                          plan.service, describe_via(found)));

  if (inputs.port) set_port(found.answer.instances, *inputs.port);
  auto healthy = keep_healthy(found.answer.instances, inputs.settings.health, plan.service,
                              inputs.settings.allowed);
  plan.warnings = concessions(inputs, found, healthy);
  plan.candidates = std::move(healthy.candidates);
  if (healthy.problem) return fail(*std::move(healthy.problem));
  const Choice choice{inputs.settings.order, inputs.settings.servers, inputs.machine_id,
                      inputs.path.volume.text(), capped_weight(plan.candidates, report)};
  limit_probes(plan.candidates, choice);

  const auto probe_by = deadline.sooner(inputs.probe_timeout + kProbeGrace);
  {
    const auto wait =
        report.waiting(fmt::format("servers of volume {}", inputs.path.volume.text()), probe_by);
    probe_candidates(plan.candidates, prober, inputs, probe_by, cancel);
  }
  if (cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  plan.answered = inputs.probe == gluster::ProbeMethod::kOff ||
                  std::any_of(plan.candidates.begin(), plan.candidates.end(), is_ready);

  auto order = choose(plan.candidates, choice);
  auto skipped = skip_warnings(plan);
  std::move(skipped.begin(), skipped.end(), std::back_inserter(plan.warnings));
  TRY_ASSIGN(plan.order, std::move(order));
  report.step(fmt::format("servers in order: {}", list_servers(plan)));
  return {};
}

}  // namespace glusterconsul::discovery
