#pragma once

#include <optional>
#include <string>
#include <vector>

#include "discovery/candidate.hpp"
#include "discovery/settings.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The candidates, in Consul's order, and what had to be conceded.
struct Healthy {
  std::vector<Candidate> candidates;  ///< one an instance, of all fates
  std::string warning;                ///< one sentence; empty: nothing was conceded
  std::optional<Error> problem;       ///< kUnhealthy where no candidate is kUsed
};

/// Keeps what the policy allows: `passing` takes warning instances where
/// nothing passes, and says so; `warning` takes both; `any` takes all. The same address and
/// port twice counts once, the healthier first. Where nothing is
/// left, the problem names each instance with its failing check. `service` is
/// for the messages.
[[nodiscard]] Healthy keep_healthy(const std::vector<consul::Instance>& instances,
                                   HealthPolicy policy, const std::string& service);

/// "critical (Gluster TCP: dial tcp 10.0.0.1:24007: connection refused)": the state and the first
/// check in that state with the first line of its output, printable. Just "passing"
/// where all is well.
[[nodiscard]] std::string describe_health(const consul::Instance& instance);

}  // namespace glusterconsul::discovery
