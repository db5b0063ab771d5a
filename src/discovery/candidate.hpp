#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "consul/instance.hpp"
#include "gluster/probe.hpp"

namespace glusterconsul::discovery {

/// What becomes of one instance.
enum class Outcome {
  kUsed,           ///< a volfile server of the mount
  kImpossible,     ///< skipped: no other machine can have its address
  kNotAllowed,     ///< skipped: `consul-allow` does not list its address
  kUnhealthy,      ///< skipped: its health
  kDuplicate,      ///< skipped: the same address and port as one before it
  kTooManyOnHost,  ///< skipped: kMaxProbedOfHost others of its host are probed
  kTooMany,        ///< skipped: kMaxProbed others are probed
  kUnresolved,     ///< skipped: its name was not resolved, so it may be impossible
  kUntrusted,      ///< skipped: it is this machine, where an ordinary user answers, or could
  kNoVolume,       ///< skipped: it said that it has no such volume
  kOtherVolume,    ///< rejected: its volume has other bricks than that of other servers
  kOtherBricks,    ///< demoted: it describes the volume with other bricks than most servers do
  kOtherPort,      ///< skipped: gluster takes one port for all servers
  kOtherFamily,    ///< demoted: gluster takes one family for all servers
  kOverLimit,      ///< skipped: `consul-servers` were better
};

/// One instance on its way from Consul's answer to the client's command line. Nothing is ever
/// removed from a list of candidates, so that each can be explained.
struct Candidate {
  consul::Instance instance;
  gluster::ProbeResult probe;
  Outcome outcome = Outcome::kUsed;
};

[[nodiscard]] inline Endpoint endpoint(const consul::Instance& instance) {
  return Endpoint{instance.host, instance.port};
}

/// The family of its address; if it is a name, that over which the probe asked it, if it did.
[[nodiscard]] inline std::optional<IpAddress::Family> family(const Candidate& candidate) {
  if (const auto* address = candidate.instance.host.address()) return address->family();
  return candidate.probe.family;
}

/// The indices of those that are kUsed, in the list's order.
[[nodiscard]] inline std::vector<std::size_t> indices_of_used(
    const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].outcome == Outcome::kUsed) indices.push_back(i);
  }
  return indices;
}

}  // namespace glusterconsul::discovery
