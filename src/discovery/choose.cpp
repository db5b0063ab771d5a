#include "discovery/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "discovery/healthy.hpp"
#include "discovery/same_volume.hpp"
#include "discovery/spread.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;

/// Servers that can be expected to respond come first.
int rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::kServes:
    case Verdict::kAccepts:
      return 0;
    case Verdict::kNotAsked:
      return 1;
    case Verdict::kRefused:
    case Verdict::kNoResponse:
    case Verdict::kClosed:
    case Verdict::kBadReply:
      return 2;
    case Verdict::kNoVolume:
    case Verdict::kNotStarted:
    case Verdict::kImpossible:
    case Verdict::kUntrusted:
      return 3;
  }
  return 3;
}

bool is_reachable(const Candidate& candidate) {
  return rank(candidate.probe.verdict) == 0;
}

/// The sort key of a candidate: smaller comes first. Ties keep the list's order, since the sort is
/// stable.
struct Key {
  int rank;
  consul::Health health;
  std::chrono::microseconds round_trip;
  double negative_score;
  [[nodiscard]] auto tied() const { return std::tie(rank, health, round_trip, negative_score); }
};

Key key(const Candidate& candidate, const Choice& choice) {
  const auto& instance = candidate.instance;
  const auto unmeasured = std::chrono::microseconds::max();
  const bool by_time = choice.order == config::Order::kNearest;
  const bool by_list = choice.order == config::Order::kConsul;
  return Key{rank(candidate.probe.verdict), instance.health,
             by_time ? candidate.probe.round_trip.value_or(unmeasured) : unmeasured,
             by_list ? 0.0 : -spread_score(instance, choice)};
}

/// Moves the candidates that are kUsed to the front.
Ranking demoted_last(Ranking ranking) {
  std::stable_partition(ranking.order.begin(), ranking.order.end(), [&](auto index) {
    return ranking.candidates[index].outcome == Outcome::kUsed;
  });
  return ranking;
}

/// The port of most reachable servers; in a tie, that of most servers, reachable or not; then that
/// of the first.
Port common_port(const std::vector<Candidate>& candidates, const std::vector<std::size_t>& order) {
  std::map<Port, std::pair<std::size_t, std::size_t>> servers;  // reachable, all
  for (const auto index : order) {
    auto& [reachable, all] = servers[candidates[index].instance.port];
    if (is_reachable(candidates[index])) ++reachable;
    ++all;
  }
  const auto count = [&](std::size_t index) { return servers[candidates[index].instance.port]; };
  const auto best = std::max_element(order.begin(), order.end(),
                                     [&](auto a, auto b) { return count(a) < count(b); });
  return candidates[*best].instance.port;
}

/// Skips the servers whose port is not the common one.
Ranking with_one_port(Ranking ranking) {
  const Port port = common_port(ranking.candidates, ranking.order);
  std::erase_if(ranking.order, [&](auto index) {
    auto& candidate = ranking.candidates[index];
    if (candidate.instance.port == port) return false;
    candidate.outcome = Outcome::kOtherPort;
    return true;
  });
  return ranking;
}

/// Demotes the servers whose family is not the common one. A name of unknown family counts as
/// having the common one.
Ranking with_other_family_last(Ranking ranking) {
  const auto common = common_family(ranking.candidates, ranking.order);
  for (const std::size_t index : ranking.order) {
    auto& candidate = ranking.candidates[index];
    const auto its = family(candidate);
    if (candidate.outcome == Outcome::kUsed && its && its != common) {
      candidate.outcome = Outcome::kOtherFamily;
    }
  }
  ranking = demoted_last(std::move(ranking));
  auto& order = ranking.order;
  // The primary determines the client's family; a name of unknown family means IPv4.
  const auto shows_it = std::find_if(order.begin(), order.end(), [&](auto index) {
    return family(ranking.candidates[index]) == common;
  });
  if (common == IpAddress::Family::kV6 && shows_it != order.end()) {
    std::rotate(order.begin(), shows_it, shows_it + 1);
  }
  return ranking;
}

/// Keeps the first `most` in order; the outcome of the rest is kOverLimit.
Ranking limited(Ranking ranking, std::size_t most) {
  auto& order = ranking.order;
  for (std::size_t i = most; i < order.size(); ++i) {
    ranking.candidates[order[i]].outcome = Outcome::kOverLimit;
  }
  order.resize(std::min(order.size(), most));
  return ranking;
}

/// The outcome that the probe alone determines.
Outcome outcome_of_probe(const Candidate& candidate) {
  const auto& probe = candidate.probe;
  if (candidate.outcome != Outcome::kUsed) return candidate.outcome;
  if (probe.verdict == Verdict::kUntrusted || probe.is_unowned) return Outcome::kUntrusted;
  if (probe.is_unresolved) return Outcome::kUnresolved;
  if (probe.verdict == Verdict::kImpossible) return Outcome::kImpossible;
  if (probe.verdict == Verdict::kNoVolume) return Outcome::kNoVolume;
  if (probe.verdict == Verdict::kNotStarted) return Outcome::kNotStarted;
  return Outcome::kUsed;
}

std::string describe_untrusted(const Candidate& candidate) {
  return fmt::format("{} ({})", to_string(endpoint(candidate.instance)), why_untrusted(candidate));
}

/// If no server serves the volume, and one reports that it is not started, then that is the cause,
/// whatever the others report.
std::optional<Error> not_started(const std::vector<Candidate>& candidates,
                                 const std::string& volume) {
  if (std::any_of(candidates.begin(), candidates.end(), is_reachable)) return std::nullopt;
  std::vector<std::string> servers;
  for (const auto& candidate : candidates) {
    if (candidate.outcome != Outcome::kNotStarted) continue;
    servers.push_back(to_string(endpoint(candidate.instance)));
  }
  if (servers.empty()) return std::nullopt;
  return Error{
      ErrorCode::kNotServed,
      fmt::format("the volume '{}' is not started (probed {})", volume, join(servers, ", ")),
      fmt::format("run 'gluster volume start {}' on a server", volume)};
}

Error no_server_left(const std::vector<Candidate>& candidates, const Choice& choice) {
  std::vector<std::string> asked;
  std::vector<std::string> impossible;
  std::vector<std::string> unresolved;
  std::vector<std::string> untrusted;
  std::vector<std::string> unowned;
  for (const auto& candidate : candidates) {
    if (candidate.outcome == Outcome::kUnresolved) {
      const auto& why = candidate.probe.detail;
      const auto host = candidate.instance.host.text();
      unresolved.push_back(why.empty() ? host : fmt::format("{} ({})", host, shortened(why)));
    }
    if (candidate.outcome == Outcome::kNoVolume)
      asked.push_back(to_string(endpoint(candidate.instance)));
    if (candidate.outcome == Outcome::kImpossible)
      impossible.push_back(describe_impossible(candidate));
    if (candidate.outcome == Outcome::kUntrusted) {
      (candidate.probe.is_unowned ? unowned : untrusted).push_back(describe_untrusted(candidate));
    }
  }
  if (!unresolved.empty()) {
    return {ErrorCode::kUnreachable,
            fmt::format("no server of volume '{}' can be used: names not resolved: {}",
                        choice.volume, join(unresolved, ", "))};
  }
  if (!unowned.empty()) {
    return {
        ErrorCode::kUnreachable,
        fmt::format("no server of volume '{}' can be used: {}", choice.volume, join(unowned, ", ")),
        "start glusterd"};
  }
  if (!untrusted.empty()) {
    return {ErrorCode::kUntrusted, fmt::format("no server of volume '{}' is allowed: {}",
                                               choice.volume, join(untrusted, ", "))};
  }
  if (asked.empty() && !impossible.empty()) {
    return {ErrorCode::kNotAllowed,
            fmt::format("no server of volume '{}' is allowed: {}", choice.volume,
                        join(impossible, ", ")),
            "correct the registrations, or list the servers in consul-allow="};
  }
  return {
      ErrorCode::kNotServed,
      fmt::format("no server has the volume '{}' (probed {})", choice.volume, join(asked, ", ")),
      "check its name with 'gluster volume list' on a server, or narrow the service with "
      "consul-tag="};
}

}  // namespace

IpAddress::Family common_family(const std::vector<Candidate>& candidates,
                                const std::vector<std::size_t>& order) {
  using Family = IpAddress::Family;
  std::map<Family, std::pair<std::size_t, std::size_t>> servers;  // reachable, all
  for (const auto index : order) {
    const auto its = family(candidates[index]);
    if (!its || candidates[index].outcome != Outcome::kUsed) continue;
    auto& [reachable, all] = servers[*its];
    if (is_reachable(candidates[index])) ++reachable;
    ++all;
  }
  if (servers[Family::kV4] == servers[Family::kV6]) {
    return family(candidates[order.front()]).value_or(Family::kV4);
  }
  return servers[Family::kV4] < servers[Family::kV6] ? Family::kV6 : Family::kV4;
}

Ranking choose(std::vector<Candidate> candidates, const Choice& choice) {
  for (auto& candidate : candidates) candidate.outcome = outcome_of_probe(candidate);
  if (auto problem = not_started(candidates, choice.volume)) {
    return {std::move(candidates), {}, std::move(problem)};
  }
  auto order = indices_of_used(candidates);
  if (order.empty()) {
    auto problem = no_server_left(candidates, choice);
    return {std::move(candidates), {}, std::move(problem)};
  }
  std::vector<Key> keys;
  for (const auto& candidate : candidates) keys.push_back(key(candidate, choice));
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return keys[a].tied() < keys[b].tied(); });

  auto checked = check_same_volume(std::move(candidates), order, choice.volume);
  if (checked.problem) return {std::move(checked.candidates), {}, std::move(checked.problem)};
  std::erase_if(
      order, [&](auto index) { return checked.candidates[index].outcome == Outcome::kUncompared; });
  auto ranking = demoted_last({std::move(checked.candidates), std::move(order), std::nullopt});
  ranking = with_other_family_last(with_one_port(std::move(ranking)));
  return limited(std::move(ranking), choice.servers);
}

}  // namespace glusterconsul::discovery
