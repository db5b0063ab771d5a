#pragma once

#include <optional>
#include <string>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// Moves this process into the mount namespace that `-N` of mount(8) specifies: a path
/// (`/proc/PID/ns/mnt`) or a process id. None: nothing to do. Afterwards, the working directory is
/// our own /proc (stay_in_proc()). Call it while there is only one thread (setns(2)). kUsage if it
/// is not a namespace; kPermission if it cannot be entered, or if it has another root directory or
/// user namespace: then its root user would control everything that we run and read.
[[nodiscard]] Result<void> enter_mount_namespace(const std::optional<std::string>& which);

}  // namespace glusterconsul::mount
