#pragma once

#include <string_view>
#include <vector>

#include "discovery/candidate.hpp"
#include "discovery/choice.hpp"

namespace glusterconsul::discovery {

/// The score of one server in weighted rendezvous hashing (Thaler and Ravishankar, 1998); the
/// server with the highest score comes first.
[[nodiscard]] double spread_score(std::string_view machine_id, std::string_view volume,
                                  const Endpoint& server, unsigned weight);
[[nodiscard]] double spread_score(const consul::Instance& instance, const Choice& choice);

/// The weight above which an instance gains nothing: four times the median (of an even number, the
/// lower middle value) of the hosts that may be used, each with its largest weight. Thus a single
/// registration cannot draw all clients, however often it is made and whatever its weight.
[[nodiscard]] unsigned max_weight(const std::vector<Candidate>& candidates);

}  // namespace glusterconsul::discovery
