#pragma once

#include <optional>
#include <string>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// Moves this process into the mount namespace that mount(8)'s `-N` names: a
/// path (`/proc/PID/ns/mnt`) or a process id. None: nothing to do. To be called
/// while there is one thread only (setns(2)). kUsage where it is no namespace,
/// kPermission where it may not be entered.
[[nodiscard]] Result<void> enter_mount_namespace(const std::optional<std::string>& which);

}  // namespace glusterconsul::mount
