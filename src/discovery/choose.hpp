#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/candidate.hpp"
#include "discovery/settings.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// How the servers of one mount are chosen.
struct Choice {
  Order order = Order::kSpread;
  std::size_t servers = 8;
  std::string machine_id;  ///< what makes one machine's order differ from another's
  std::string volume;
};

/// The order of the used candidates, primary first, as indices into the list.
/// Whoever serves (or takes connections, where that was the probe) comes first, then those not
/// asked, then those that did not answer: a failed probe demotes, it does not
/// remove. Within these, better health first; then:
///   kSpread   weighted rendezvous hashing (Thaler and Ravishankar, 1998) of machine, volume and
///             address: each machine has its own stable order, a fleet spreads by
///             weight, and a server that goes moves only its own machines
///   kNearest  by round trip; those without one in kSpread's order
///   kConsul   as in the list
/// Then those whose address is of another family than the primary's, whatever they showed: the
/// client resolves all of its servers with one family, so they serve only when the others have
/// failed. Sets the fates kNoVolume, kOtherPort (than the primary's), kOtherFamily and kOverLimit
/// in `candidates`. kNotServed where every used candidate said that it has no such volume: the
/// message names them.
[[nodiscard]] Result<std::vector<std::size_t>> choose(std::vector<Candidate>& candidates,
                                                      const Choice& choice);

/// The score of one server in weighted rendezvous hashing; the highest comes first.
[[nodiscard]] double spread_score(std::string_view machine_id, std::string_view volume,
                                  const Endpoint& server, unsigned weight);

}  // namespace glusterconsul::discovery
