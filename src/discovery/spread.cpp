#include "discovery/spread.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <unordered_map>

#include "util/hash.hpp"

namespace glusterconsul::discovery {
namespace {

/// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): FNV alone does not spread the last
/// characters of addresses enough.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
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
  // 53 bits make a double in (0, 1), with both ends excluded, so the logarithm is finite and not
  // zero.
  const double unit = (static_cast<double>(hash >> 11U) + 0.5) * 0x1.0p-53;
  return -static_cast<double>(std::max(weight, 1U)) / std::log(unit);
}

double spread_score(const consul::Instance& instance, const Choice& choice) {
  return spread_score(choice.machine_id, choice.volume, endpoint(instance),
                      std::min(instance.weight, choice.max_weight));
}

unsigned max_weight(const std::vector<Candidate>& candidates) {
  constexpr unsigned kMaxRatio = 4;
  std::unordered_map<std::string_view, unsigned> of_host;
  for (const auto index : indices_of_used(candidates)) {
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

}  // namespace glusterconsul::discovery
