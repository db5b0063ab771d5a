#pragma once

#include <optional>

#include "discovery/plan.hpp"
#include "gluster/failure_cause.hpp"
#include "mount/system.hpp"
#include "util/context.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// Why the attempt with this server of the plan failed with `error`: what the bricks replied, or if
/// they were not reached, why. The latter needs requests to the brick hosts, at most
/// 2.1 s even if the deadline has passed, since a message without the cause helps nobody.
/// None if there is nothing better to report than the error itself.
[[nodiscard]] std::optional<gluster::Cause> find_cause(const discovery::Candidate& server,
                                                       const gluster::VolumePath& path,
                                                       const Error& error, System& system,
                                                       const Context& context);

/// For a volume that has just been mounted: the warning that bricks are missing. The client's log
/// decides whether there is anything to examine, so that a mount with all its bricks costs nothing.
[[nodiscard]] std::optional<Warning> find_degraded(const discovery::Plan& plan,
                                                   const gluster::VolumePath& path, System& system,
                                                   const Context& context);

}  // namespace glusterconsul::mount
