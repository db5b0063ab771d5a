#include "discovery/retry.hpp"

#include <algorithm>
#include <cmath>

namespace glusterconsul::discovery {

milliseconds retry_delay(unsigned attempt, std::optional<milliseconds> retry_after,
                         std::mt19937& rng) {
  constexpr double kFirst = 500;
  constexpr double kGrowth = 1.5;
  constexpr double kMax = 8000;
  constexpr milliseconds kMaxAsked{60'000};
  const unsigned steps = std::clamp(attempt, 1U, 32U) - 1;
  const double grown = std::min(kFirst * std::pow(kGrowth, steps), kMax);
  std::uniform_real_distribution<double> jitter(0.8, 1.2);
  const milliseconds ours(static_cast<milliseconds::rep>(grown * jitter(rng)));
  if (!retry_after) return ours;
  const auto asked = std::clamp(*retry_after, milliseconds(0), kMaxAsked);
  std::uniform_int_distribution<milliseconds::rep> spread(0, asked.count() / 2);
  return std::max(ours, asked + milliseconds(spread(rng)));
}

}  // namespace glusterconsul::discovery
