#include "discovery/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "util/hash.hpp"
#include "util/text.hpp"

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
    case Verdict::kSilent:
    case Verdict::kClosed:
    case Verdict::kBadReply:
      return 2;
    case Verdict::kNoVolume:
      return 3;
  }
  return 3;
}

std::vector<std::size_t> used(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].fate == Fate::kUsed) indices.push_back(i);
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

Key key(const Candidate& candidate, const Choice& choice) {
  const auto& instance = candidate.instance;
  const auto unmeasured = std::chrono::microseconds::max();
  const bool by_time = choice.order == Order::kNearest;
  const bool by_list = choice.order == Order::kConsul;
  return Key{rank(candidate.probe.verdict), instance.health,
             by_time ? candidate.probe.round_trip.value_or(unmeasured) : unmeasured,
             by_list ? 0.0
                     : -spread_score(choice.machine_id, choice.volume, endpoint(instance),
                                     instance.weight)};
}

/// Marks those that cannot be on one command line with the first of `order`. A
/// name of which nobody knows the family yet can.
void set_apart(std::vector<Candidate>& candidates, const std::vector<std::size_t>& order) {
  const auto& primary = candidates[order.front()];
  const Port port = primary.instance.port;
  const auto its_family = family(primary).value_or(IpAddress::Family::kV4);
  for (const std::size_t index : order) {
    auto& candidate = candidates[index];
    if (candidate.instance.port != port) {
      candidate.fate = Fate::kOtherPort;
    } else if (const auto other = family(candidate); other && other != its_family) {
      candidate.fate = Fate::kOtherFamily;
    }
  }
}

tl::unexpected<Error> nobody_serves(const std::vector<Candidate>& candidates,
                                    const Choice& choice) {
  std::vector<std::string> asked;
  for (const auto& candidate : candidates) {
    if (candidate.fate == Fate::kNoVolume) asked.push_back(to_string(endpoint(candidate.instance)));
  }
  return fail(ErrorCode::kNotServed,
              fmt::format("no server has the volume '{}': asked {}; check its name with 'gluster "
                          "volume list' on a server, or narrow the service with consul-tag=",
                          choice.volume, join(asked, ", ")));
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

Result<std::vector<std::size_t>> choose(std::vector<Candidate>& candidates, const Choice& choice) {
  for (auto& candidate : candidates) {
    if (candidate.fate == Fate::kUsed && candidate.probe.verdict == Verdict::kNoVolume) {
      candidate.fate = Fate::kNoVolume;
    }
  }
  auto order = used(candidates);
  if (order.empty()) return nobody_serves(candidates, choice);
  std::vector<Key> keys;
  for (const auto& candidate : candidates) keys.push_back(key(candidate, choice));
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return keys[a].tied() < keys[b].tied(); });

  set_apart(candidates, order);
  std::erase_if(order, [&](auto index) { return candidates[index].fate == Fate::kOtherPort; });
  std::stable_partition(order.begin(), order.end(),
                        [&](auto index) { return candidates[index].fate == Fate::kUsed; });
  for (std::size_t i = choice.servers; i < order.size(); ++i) {
    candidates[order[i]].fate = Fate::kOverLimit;
  }
  order.resize(std::min(order.size(), choice.servers));
  return order;
}

}  // namespace glusterconsul::discovery
