#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "discovery/candidate.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// How the servers of one mount are chosen.
struct Choice {
  config::Order order = config::Order::kSpread;
  std::size_t servers = 8;
  std::string machine_id;  ///< what makes one machine's order differ from another's
  std::string volume;
  unsigned max_weight = std::numeric_limits<unsigned>::max();  ///< as max_weight()
};

/// docs/facts.md, "Registrations that draw a fleet"
inline constexpr std::size_t kMaxProbed = 256;
inline constexpr std::size_t kMaxProbedOfHost = 8;

/// The weight above which an instance gains nothing: four times the median of the hosts that may
/// be used (the lower one of two), each by its largest weight. So no single registration draws all
/// clients, however often it is made and whatever it says.
[[nodiscard]] unsigned max_weight(const std::vector<Candidate>& candidates);

/// Keeps at most kMaxProbed of the used candidates, and at most kMaxProbedOfHost of one host
/// (address or name, whatever the port): the healthiest, and among these the first in this
/// machine's order of kSpread, so that a fleet does not ask the same ones (with kConsul, the first
/// in the list). The outcome of the rest is kTooMany or kTooManyOnHost.
void limit_probes(std::vector<Candidate>& candidates, const Choice& choice);

/// The order of the used candidates, primary first, as indices into the list.
/// Whoever serves (or takes connections, where that was the probe) comes first, then those not
/// asked, then those that did not answer: a failed probe demotes, it does not
/// remove. Within these, better health first; then:
///   kSpread   weighted rendezvous hashing (Thaler and Ravishankar, 1998) of machine, volume and
///             address: each machine has its own stable order, a fleet spreads by
///             weight, and a server that goes moves only its own machines
///   kNearest  by round trip; those without one in kSpread's order
///   kConsul   as in the list
/// Then those of which the bricks differ from the majority's, and those whose address is not of
/// common_family(), whatever they showed: the client resolves all of its servers with one
/// family, so they serve only when the others have failed. Only those with one port are chosen: the
/// one that most servers have which serve (if none does, most servers), the first of equals.
///
/// Sets the fates kImpossible, kUnresolved, kUntrusted, kNoVolume, kOtherVolume, kOtherBricks,
/// kOtherPort, kOtherFamily and kOverLimit in `candidates`. kNotServed if every used candidate said
/// that it has no such volume, kNotAllowed if the rest are names of addresses that no server can
/// have, kAmbiguous if the servers have different volumes of that name: the message names them.
[[nodiscard]] Result<std::vector<std::size_t>> choose(std::vector<Candidate>& candidates,
                                                      const Choice& choice);

/// The family of most servers in `order` (not empty) that are used and reachable; among equals,
/// that of most that are used, whether reached or not; then that of the first. A name counts by
/// what the probe connected to. So a single registration does not decide it.
[[nodiscard]] IpAddress::Family common_family(const std::vector<Candidate>& candidates,
                                              const std::vector<std::size_t>& order);

/// The score of one server in weighted rendezvous hashing; the highest comes first.
[[nodiscard]] double spread_score(std::string_view machine_id, std::string_view volume,
                                  const Endpoint& server, unsigned weight);

}  // namespace glusterconsul::discovery
