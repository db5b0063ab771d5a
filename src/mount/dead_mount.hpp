#pragma once

#include <string>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// The root of the mount with that id (MountEntry::id) if it is what is visible at `target`, else
/// an empty descriptor (O_PATH). Does not ask the file system.
[[nodiscard]] UniqueFd open_mount(const std::string& target, int mount_id);

/// Takes down the mount with that id (MountEntry::id) at `target`, lazily
/// (MNT_DETACH): whoever waits in it gets ENOTCONN once its client is gone.
/// Only that very mount: where it is gone already, or something else is visible at
/// the target, nothing is touched, and that is no failure. Does not ask the file
/// system. kSystem where it is still there afterwards, kPermission without
/// CAP_SYS_ADMIN.
[[nodiscard]] Result<void> take_down(const std::string& target, int mount_id);

}  // namespace glusterconsul::mount
