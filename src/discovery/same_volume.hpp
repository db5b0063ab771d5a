#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "discovery/candidate.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// Groups the servers of `order` (indices into `candidates`) that sent a volfile by volume: servers
/// that share a brick, directly or through others, have the same volume, which may just be
/// changing. The groups, and the servers in each group, are in `order`'s order. Servers whose
/// bricks are unknown are in no group.
[[nodiscard]] std::vector<std::vector<std::size_t>> group_by_volume(
    const std::vector<Candidate>& candidates, const std::vector<std::size_t>& order);

/// The candidates with their outcomes, and the reason if they cannot be used.
struct VolumeCheck {
  std::vector<Candidate> candidates;
  std::optional<Error> problem;
};

/// If there is more than one group, the problem is kAmbiguous and names the servers and a brick of
/// each group, and the outcome of all of them is kOtherVolume: they have only the name `volume` in
/// common. If there is one group, the outcome of the servers whose bricks differ from the
/// majority's is kOtherBricks; in a tie, the first in `order` decides. The outcome of a server that
/// was not probed or did not respond is kUncompared unless it has a brick of the volume, going by
/// its address, its name or the first label of its node's name: it may belong to another pool with
/// a volume of the same name, and the client would replace the volume by that one while it is in
/// use. The loss is small, since the client gets the brick hosts as servers in any case.
[[nodiscard]] VolumeCheck check_same_volume(std::vector<Candidate> candidates,
                                            const std::vector<std::size_t>& order,
                                            const std::string& volume);

}  // namespace glusterconsul::discovery
