#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "discovery/candidate.hpp"
#include "discovery/choice.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The candidates with their outcomes, and the order of those that are used.
struct Ranking {
  std::vector<Candidate> candidates;
  std::vector<std::size_t> order;  ///< indices into `candidates`, primary first
  std::optional<Error> problem;    ///< why there is no order
};

/// Orders the used candidates. Whoever serves (or accepts connections, if that was the probe) comes
/// first, then those not asked, then those that did not answer: a failed probe demotes, it does not
/// remove. Within these, better health first; then:
///   kSpread   weighted rendezvous hashing of machine, volume and address (spread_score()): each
///             machine has its own stable order, a fleet spreads by weight, and a server that goes
///             moves only its own machines
///   kNearest  by round trip; those without one in kSpread's order
///   kConsul   as in the list
/// Then those whose bricks differ from the majority's, and those whose address is not of
/// common_family(), whatever they showed: the client resolves all of its servers with one family,
/// so they serve only after the others have failed. Only those with one port are chosen: that of
/// most servers that serve (if none does, of most servers), the first of equals.
///
/// Sets the outcomes kImpossible, kUnresolved, kUntrusted, kNoVolume, kOtherVolume, kOtherBricks,
/// kOtherPort, kOtherFamily and kOverLimit. The problem is kNotServed if no used candidate has the
/// volume, kNotAllowed if the rest are names of addresses that no server can have, kUnreachable or
/// kUntrusted if they cannot be used otherwise, kAmbiguous if the servers have different volumes of
/// that name: the message names them.
[[nodiscard]] Ranking choose(std::vector<Candidate> candidates, const Choice& choice);

/// The family of most servers in `order` (not empty) that are used and reachable; among equals,
/// that of most that are used, whether reached or not; then that of the first. A name counts by
/// what the probe connected to. So a single registration does not decide it.
[[nodiscard]] IpAddress::Family common_family(const std::vector<Candidate>& candidates,
                                              const std::vector<std::size_t>& order);

}  // namespace glusterconsul::discovery
