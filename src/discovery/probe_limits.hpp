#pragma once

#include <cstddef>
#include <vector>

#include "discovery/candidate.hpp"
#include "discovery/choice.hpp"

namespace glusterconsul::discovery {

/// docs/facts.md, "Registrations that draw a fleet"
inline constexpr std::size_t kMaxProbed = 256;
inline constexpr std::size_t kMaxProbedOfHost = 8;

/// Keeps at most kMaxProbed of the used candidates, and at most kMaxProbedOfHost of one host
/// (address or name, regardless of the port): the healthiest, and among equally healthy ones the
/// first in this machine's kSpread order, so that the machines of a fleet probe different servers
/// (with kConsul, the first in the list). The outcome of the rest is kTooMany or kTooManyOnHost.
[[nodiscard]] std::vector<Candidate> limit_probes(std::vector<Candidate> candidates,
                                                  const Choice& choice);

}  // namespace glusterconsul::discovery
