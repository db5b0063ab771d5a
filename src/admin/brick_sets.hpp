#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gluster/volume_info.hpp"

namespace glusterconsul::admin {

enum class BrickHealth { kUp, kDown, kUnknown };

/// Consecutive bricks that hold the same files (a replica or disperse set), or a single brick.
struct BrickSet {
  enum class Serves { kYes, kNo, kUnknown };
  std::size_t first = 0;  ///< its first brick's place in the volume
  std::size_t size = 0;
  std::size_t up = 0;
  std::size_t unknown = 0;
  Serves serves = Serves::kUnknown;
  std::string needed;  ///< for people: "2 needed"; empty if that is not known, or not the cause
};

/// The sets of the volume, and whether a client can read and write in each: docs/facts.md, "Which
/// sets serve". `bricks` is parallel to volume.bricks; missing ones are unknown. `thin_arbiter` is
/// ignored if the volume has none. If the type is not known, or the numbers contradict each other,
/// a set serves if all its bricks are up, does not if none is, and is unknown otherwise. Empty if
/// the volume has no bricks.
[[nodiscard]] std::vector<BrickSet> brick_sets(const gluster::VolumeInfo& volume,
                                               std::span<const BrickHealth> bricks,
                                               BrickHealth thin_arbiter);

}  // namespace glusterconsul::admin
