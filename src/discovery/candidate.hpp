#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "consul/instance.hpp"
#include "gluster/probe.hpp"

namespace glusterconsul::discovery {

/// The outcome for one instance.
enum class Outcome {
  kUsed,               ///< a volfile server of the mount
  kImpossible,         ///< skipped: no other machine can have its address
  kNotAllowed,         ///< skipped: `consul-allow` does not list its address
  kUnhealthy,          ///< skipped: its health
  kOtherRegistration,  ///< skipped: it is registered for other volumes only
  kDuplicate,          ///< skipped: the same address and port as one before it
  kTooManyOnHost,      ///< skipped: kMaxProbedOfHost others on its host are probed
  kTooMany,            ///< skipped: kMaxProbed others are probed
  kUnresolved,         ///< skipped: its name was not resolved, so its address may be impossible
  kUntrusted,          ///< skipped: on this machine, and an ordinary user answers there, or could
  kNoVolume,           ///< skipped: it reported that it has no such volume
  kNotStarted,         ///< skipped: it reported that the volume is not started
  kOtherVolume,        ///< rejected: servers have different volumes of that name
  kUncompared,         ///< skipped: may have another volume of that name than those that responded
  kOtherBricks,        ///< demoted: its bricks of the volume differ from those of most servers
  kOtherPort,          ///< skipped: gluster uses one port for all servers
  kOtherFamily,        ///< demoted: gluster uses one address family for all servers
  kOverLimit,          ///< skipped: beyond the limit of `consul-servers`
};

/// One instance, from Consul's answer to the client's command line. Candidates are never removed
/// from a list, so that each can be explained.
struct Candidate {
  consul::Instance instance;
  gluster::ProbeResult probe;
  Outcome outcome = Outcome::kUsed;
};

[[nodiscard]] inline Endpoint endpoint(const consul::Instance& instance) {
  return Endpoint{instance.host, instance.port};
}

/// The family of its address; for a name, the one that the probe connected with, if it did.
[[nodiscard]] inline std::optional<IpAddress::Family> family(const Candidate& candidate) {
  if (const auto* address = candidate.instance.host.address()) return address->family();
  return candidate.probe.family;
}

/// The indices of the candidates that are kUsed, in the list's order.
[[nodiscard]] inline std::vector<std::size_t> indices_of_used(
    const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].outcome == Outcome::kUsed) indices.push_back(i);
  }
  return indices;
}

}  // namespace glusterconsul::discovery
