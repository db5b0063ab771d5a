#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "discovery/candidate.hpp"
#include "discovery/choice.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The candidates with their outcomes, and the order of those to mount from.
struct Ranking {
  std::vector<Candidate> candidates;
  std::vector<std::size_t> order;  ///< indices into `candidates`, primary first
  std::optional<Error> problem;    ///< why there is no order
};

/// Orders the used candidates. Servers that serve (or accept connections, with that probe method)
/// come first, then those that were not probed, then those that did not respond: a failed probe
/// demotes a server, but removes it only if it may have another volume (check_same_volume()).
/// Within each group, better health comes first; then:
///   kSpread   weighted rendezvous hashing of machine, volume and address (spread_score()): each
///             machine has its own stable order, a fleet spreads by weight, and when a server goes
///             away, only its own machines move
///   kNearest  by round-trip time; servers without one in kSpread's order
///   kConsul   as in the list
/// The servers that come last are those whose bricks differ from the majority's and those whose
/// address is not of common_family(), whatever their probe showed: the client resolves all of its
/// servers with one family, so these can serve only after the others have failed. Only servers with
/// one port are chosen: that of most servers that serve; in a tie, of most servers; then of the
/// first.
///
/// Sets the outcomes kImpossible, kUnresolved, kUntrusted, kNoVolume, kNotStarted, kOtherVolume,
/// kUncompared, kOtherBricks, kOtherPort, kOtherFamily and kOverLimit. The problem is kNotServed if
/// no used candidate has the volume, or it is not started, kNotAllowed if the others are names that
/// resolve to addresses that no server can have, kUnreachable or kUntrusted if they cannot be used
/// for another reason, and kAmbiguous if the servers have different volumes of that name. The
/// message names them.
[[nodiscard]] Ranking choose(std::vector<Candidate> candidates, const Choice& choice);

/// The family of most servers in `order` (not empty) that are used and reachable; in a tie, of most
/// that are used, reachable or not; then that of the first. A name counts as the family that the
/// probe connected with. Thus a single registration does not decide the family.
[[nodiscard]] IpAddress::Family common_family(const std::vector<Candidate>& candidates,
                                              const std::vector<std::size_t>& order);

}  // namespace glusterconsul::discovery
