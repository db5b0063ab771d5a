#include "discovery/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

#include "discovery/healthy.hpp"
#include "discovery/same_volume.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;

/// The finisher of SplitMix64 (Steele, Lea and Flood, 2014): FNV alone spreads
/// the last characters of addresses too little.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Whoever can be expected to answer comes first.
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
    case Verdict::kImpossible:
    case Verdict::kUntrusted:
      return 3;
  }
  return 3;
}

bool is_reachable(const Candidate& candidate) {
  return rank(candidate.probe.verdict) == 0;
}

std::vector<std::size_t> used(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].outcome == Outcome::kUsed) indices.push_back(i);
  }
  return indices;
}

/// What a candidate is sorted by: smaller comes first. The list's own order
/// breaks ties, since the sort is stable.
struct Key {
  int rank;
  consul::Health health;
  std::chrono::microseconds round_trip;
  double negative_score;
  [[nodiscard]] auto tied() const { return std::tie(rank, health, round_trip, negative_score); }
};

double score(const consul::Instance& instance, const Choice& choice) {
  return spread_score(choice.machine_id, choice.volume, endpoint(instance),
                      std::min(instance.weight, choice.max_weight));
}

Key key(const Candidate& candidate, const Choice& choice) {
  const auto& instance = candidate.instance;
  const auto unmeasured = std::chrono::microseconds::max();
  const bool by_time = choice.order == config::Order::kNearest;
  const bool by_list = choice.order == config::Order::kConsul;
  return Key{rank(candidate.probe.verdict), instance.health,
             by_time ? candidate.probe.round_trip.value_or(unmeasured) : unmeasured,
             by_list ? 0.0 : -score(instance, choice)};
}

/// Those that are kUsed first.
void put_the_rest_last(const std::vector<Candidate>& candidates, std::vector<std::size_t>& order) {
  std::stable_partition(order.begin(), order.end(),
                        [&](auto index) { return candidates[index].outcome == Outcome::kUsed; });
}

/// The port of most of those that can be reached; among equals, that of most that are
/// registered, whether reached or not; then that of the first.
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

/// Removes from `order` the servers whose port is not the common one, and moves those of another
/// than the common family to its end. A name whose family is unknown counts as the same family.
void set_apart(std::vector<Candidate>& candidates, std::vector<std::size_t>& order) {
  const Port port = common_port(candidates, order);
  std::erase_if(order, [&](auto index) {
    if (candidates[index].instance.port == port) return false;
    candidates[index].outcome = Outcome::kOtherPort;
    return true;
  });
  const auto its_family = common_family(candidates, order);
  for (const std::size_t index : order) {
    auto& candidate = candidates[index];
    const auto other = family(candidate);
    if (candidate.outcome == Outcome::kUsed && other && other != its_family) {
      candidate.outcome = Outcome::kOtherFamily;
    }
  }
  put_the_rest_last(candidates, order);
  // The primary shows the client the family; a name of an unknown one shows IPv4.
  const auto shows_it = std::find_if(order.begin(), order.end(), [&](auto index) {
    return family(candidates[index]) == its_family;
  });
  if (its_family == IpAddress::Family::kV6 && shows_it != order.end()) {
    std::rotate(order.begin(), shows_it, shows_it + 1);
  }
}

std::string describe_untrusted(const Candidate& candidate) {
  return fmt::format("{} ({})", to_string(endpoint(candidate.instance)), why_untrusted(candidate));
}

tl::unexpected<Error> nobody_serves(const std::vector<Candidate>& candidates,
                                    const Choice& choice) {
  std::vector<std::string> asked;
  std::vector<std::string> impossible;
  std::vector<std::string> unresolved;
  std::vector<std::string> untrusted;
  std::vector<std::string> unowned;
  for (const auto& candidate : candidates) {
    if (candidate.outcome == Outcome::kUnresolved) {
      const auto& why = candidate.probe.detail;
      const auto host = candidate.instance.host.text();
      unresolved.push_back(why.empty() ? host : fmt::format("{} ({})", host, printable(why)));
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
    return fail(ErrorCode::kUnreachable,
                fmt::format("no server of volume '{}' can be used: names not resolved: {}",
                            choice.volume, join(unresolved, ", ")));
  }
  if (!unowned.empty()) {
    return fail(
        ErrorCode::kUnreachable,
        fmt::format("no server of volume '{}' can be used: {}", choice.volume, join(unowned, ", ")),
        "start glusterd");
  }
  if (!untrusted.empty()) {
    return fail(ErrorCode::kUntrusted, fmt::format("no server of volume '{}' is allowed: {}",
                                                   choice.volume, join(untrusted, ", ")));
  }
  if (asked.empty() && !impossible.empty()) {
    return fail(ErrorCode::kNotAllowed,
                fmt::format("no server of volume '{}' is allowed: {}", choice.volume,
                            join(impossible, ", ")),
                "correct the registrations, or list the servers in consul-allow=");
  }
  return fail(
      ErrorCode::kNotServed,
      fmt::format("no server has the volume '{}' (asked {})", choice.volume, join(asked, ", ")),
      "check its name with 'gluster volume list' on a server, or narrow the service with "
      "consul-tag=");
}

}  // namespace

double spread_score(std::string_view machine_id, std::string_view volume, const Endpoint& server,
                    unsigned weight) {
  const std::string_view separator("\0", 1);
  std::uint64_t hash = fnv1a(machine_id);
  hash = fnv1a(separator, hash);
  hash = fnv1a(volume, hash);
  hash = fnv1a(separator, hash);
  hash = mix(fnv1a(to_string(server), hash));
  // 53 bits make a double in (0, 1), both ends excluded, so the logarithm is finite and not zero.
  const double unit = (static_cast<double>(hash >> 11U) + 0.5) * 0x1.0p-53;
  return -static_cast<double>(std::max(weight, 1U)) / std::log(unit);
}

unsigned max_weight(const std::vector<Candidate>& candidates) {
  constexpr unsigned kMaxRatio = 4;
  std::unordered_map<std::string_view, unsigned> of_host;
  for (const auto index : used(candidates)) {
    const auto& instance = candidates[index].instance;
    auto& weight = of_host[instance.host.text()];
    weight = std::max(weight, instance.weight);
  }
  std::vector<unsigned> weights;
  for (const auto& [host, weight] : of_host) weights.push_back(std::max(weight, 1U));
  if (weights.empty()) return kMaxRatio;
  const auto median = weights.begin() + static_cast<std::ptrdiff_t>((weights.size() - 1) / 2);
  std::nth_element(weights.begin(), median, weights.end());
  return std::min(*median, std::numeric_limits<unsigned>::max() / kMaxRatio) * kMaxRatio;
}

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

void limit_probes(std::vector<Candidate>& candidates, const Choice& choice) {
  auto order = used(candidates);
  std::vector<double> scores(candidates.size());
  if (choice.order != config::Order::kConsul && order.size() > kMaxProbedOfHost) {
    for (const auto index : order) scores[index] = score(candidates[index].instance, choice);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {
      return std::pair(candidates[i].instance.health, -scores[i]);
    };
    return key(a) < key(b);
  });
  std::unordered_map<std::string_view, std::size_t> of_host;
  std::size_t probed = 0;
  for (const auto index : order) {
    auto& candidate = candidates[index];
    auto& on_host = of_host[candidate.instance.host.text()];
    if (on_host == kMaxProbedOfHost) {
      candidate.outcome = Outcome::kTooManyOnHost;
    } else if (probed == kMaxProbed) {
      candidate.outcome = Outcome::kTooMany;
    } else {
      ++on_host;
      ++probed;
    }
  }
}

Result<std::vector<std::size_t>> choose(std::vector<Candidate>& candidates, const Choice& choice) {
  for (auto& candidate : candidates) {
    if (candidate.outcome != Outcome::kUsed) continue;
    if (candidate.probe.verdict == Verdict::kNoVolume) candidate.outcome = Outcome::kNoVolume;
    if (candidate.probe.verdict == Verdict::kImpossible) candidate.outcome = Outcome::kImpossible;
    if (candidate.probe.is_unresolved) candidate.outcome = Outcome::kUnresolved;
    if (candidate.probe.verdict == Verdict::kUntrusted || candidate.probe.is_unowned) {
      candidate.outcome = Outcome::kUntrusted;
    }
  }
  auto order = used(candidates);
  if (order.empty()) return nobody_serves(candidates, choice);
  std::vector<Key> keys;
  for (const auto& candidate : candidates) keys.push_back(key(candidate, choice));
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return keys[a].tied() < keys[b].tied(); });

  TRY(require_same_volume(candidates, order, choice.volume));
  put_the_rest_last(candidates, order);
  set_apart(candidates, order);
  for (std::size_t i = choice.servers; i < order.size(); ++i) {
    candidates[order[i]].outcome = Outcome::kOverLimit;
  }
  order.resize(std::min(order.size(), choice.servers));
  return order;
}

}  // namespace glusterconsul::discovery
