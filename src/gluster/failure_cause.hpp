#pragma once

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

/// The warning about a volume that is mounted, although some of its bricks cannot be reached; none
/// if all that were examined answer.
[[nodiscard]] std::optional<Warning> degraded(std::span<const BrickState> bricks,
                                              const VolumePath& path, std::string_view resolver);

}  // namespace glusterconsul::gluster
