#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "discovery/candidate.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The servers of `order` (indices into `candidates`) that gave a volfile, by volume: those that
/// have a brick in common, directly or through others, have the same volume, which may just be
/// changing. Each group is in `order`'s order, and so are the groups. Servers whose bricks are not
/// known are in none.
[[nodiscard]] std::vector<std::vector<std::size_t>> group_by_volume(
    const std::vector<Candidate>& candidates, const std::vector<std::size_t>& order);

/// The candidates with their outcomes, and why they cannot be used.
struct VolumeCheck {
  std::vector<Candidate> candidates;
  std::optional<Error> problem;
};

/// If there is more than one group, the problem is kAmbiguous and names the servers and a brick of
/// each, and the outcome of all of them is kOtherVolume: they only have the name `volume` in
/// common. If there is one group, the outcome of those whose bricks differ from the majority's (of
/// the first in `order`, among equally large ones) is kOtherBricks.
[[nodiscard]] VolumeCheck check_same_volume(std::vector<Candidate> candidates,
                                            const std::vector<std::size_t>& order,
                                            const std::string& volume);

}  // namespace glusterconsul::discovery
