#pragma once

#include <string>

#include "mount/mount_table.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// The root of the mount with that id (MountEntry::id) if it is what is visible at `target`, else
/// an empty descriptor (O_PATH). Does not ask the file system.
[[nodiscard]] UniqueFd open_mount(const std::string& target, int mount_id);

/// Detaches (MNT_DETACH) this mount, of which `root` is the root, wherever it is and whatever hides
/// its path: whoever waits in it gets ENOTCONN once its client is gone. FUSE mounts of ordinary
/// users that are on top of it are detached first. Only that very mount otherwise: if it is gone
/// already, nothing is touched, and that is not a failure. Does not ask the file system. kSystem if
/// it is still there afterwards, as below a mount of root's; kPermission without CAP_SYS_ADMIN.
[[nodiscard]] Result<void> detach(const UniqueFd& root, const MountEntry& mount);

}  // namespace glusterconsul::mount
