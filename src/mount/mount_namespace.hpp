#pragma once

#include <optional>
#include <string>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// Moves this process into the mount namespace that mount(8)'s `-N` names: a
/// path (`/proc/PID/ns/mnt`) or a process id. None: nothing to do. From then on the working
/// directory is our own /proc (stay_in_proc()). To be called while there is one thread only
/// (setns(2)). kUsage if it is not a namespace; kPermission if it cannot be entered, and if it
/// has another root directory or user namespace: all that we run and read from then on would be
/// what its root has put there.
[[nodiscard]] Result<void> enter_mount_namespace(const std::optional<std::string>& which);

}  // namespace glusterconsul::mount
