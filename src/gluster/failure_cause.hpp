#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gluster/brick_states.hpp"
#include "gluster/volume_path.hpp"
#include "util/warning.hpp"

namespace glusterconsul::gluster {

/// Why a mount failed, in words for an administrator, and the remedy. It precedes gluster's own
/// messages, which say it less clearly or not at all.
using Cause = Warning;

/// The cause that the bricks gave when they rejected the client, from the log of the attempt. None
/// if they did not, or if their reason is not a known one.
[[nodiscard]] std::optional<Cause> cause_in_log(std::string_view log, const VolumePath& path);

/// The cause if bricks cannot be reached; none if all that were examined answer, or if nothing is
/// known about them. `resolver` is the text of resolv.conf(5), for the hint.
[[nodiscard]] std::optional<Cause> cause_in_bricks(std::span<const BrickState> bricks,
                                                   const VolumePath& path,
                                                   std::string_view resolver);

/// How many bricks a volume has, and to how many the client is attached, as far as its log shows.
struct Attached {
  std::size_t bricks = 0;
  std::size_t total = 0;
};

/// The warning about a volume that is mounted, although some of its bricks cannot be reached. None
/// if more of them seem to be missing than can be: all of them, or some to which the client is
/// attached. Then the examination was too slow, or tried another address than the client.
[[nodiscard]] std::optional<Warning> degraded(std::span<const BrickState> bricks,
                                              const Attached& attached, const VolumePath& path,
                                              std::string_view resolver);

}  // namespace glusterconsul::gluster
