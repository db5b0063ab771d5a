#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "consul/query.hpp"
#include "discovery/candidate.hpp"
#include "discovery/consul_client.hpp"
#include "discovery/plan.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::discovery {

/// One volume, and the indices of the candidates that offer it.
struct OfferedVolume {
  std::string name;
  std::vector<std::size_t> servers;
  friend bool operator==(const OfferedVolume&, const OfferedVolume&) = default;
};

/// The volumes that the servers listed (ProbeResult::volumes), sorted by name.
[[nodiscard]] std::vector<OfferedVolume> offered_volumes(const std::vector<Candidate>& candidates);

/// The hint for a volume that none of the servers has: the closest name, otherwise the names;
/// empty if they offer no volume.
[[nodiscard]] std::string offered_hint(std::string_view wanted,
                                       const std::vector<OfferedVolume>& offered);

/// Asks the servers that have no such volume (Outcome::kNoVolume), at most eight of them, what
/// volumes they have, and replaces the hint of `problem` if one answers within a second.
void suggest_volume(Error& problem, std::vector<Candidate> candidates, const Prober& prober,
                    const PlanInputs& inputs, const Context& context);

/// The servers of a service and their volumes.
struct VolumeList {
  std::string service;                ///< as in Plan
  std::string via;                    ///< as in Plan
  std::vector<Candidate> candidates;  ///< in Consul's order, with every outcome
  std::vector<Warning> warnings;
  std::optional<Error> problem;  ///< kUnhealthy, …: why no server listed its volumes
};

/// Looks up the service once and asks each healthy server, within `consul-probe-timeout`, for its
/// volumes. Of `inputs`, the path, the cached list and the port are not used.
[[nodiscard]] VolumeList list_volumes(ConsulClient& consul_client, const Prober& prober,
                                      const PlanInputs& inputs, const Context& context);

}  // namespace glusterconsul::discovery
