#include "discovery/probe_limits.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "discovery/spread.hpp"

namespace glusterconsul::discovery {

std::vector<Candidate> limit_probes(std::vector<Candidate> candidates, const Choice& choice) {
  auto order = indices_of_used(candidates);
  std::vector<double> scores(candidates.size());
  if (choice.order != config::Order::kConsul && order.size() > kMaxProbedOfHost) {
    for (const auto index : order) scores[index] = spread_score(candidates[index].instance, choice);
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
  return candidates;
}

}  // namespace glusterconsul::discovery
