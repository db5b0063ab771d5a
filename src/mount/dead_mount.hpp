#pragma once

#include <string>

#include "mount/mount_table.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// The root of the mount with that id (MountEntry::id), opened with O_PATH, if it is what is
/// visible at `target`; otherwise an empty descriptor. Makes no request to the file system.
[[nodiscard]] UniqueFd open_mount(const std::string& target, int mount_id);

/// Detaches (MNT_DETACH) the mount whose root is `root`, wherever it is and whatever hides its
/// path: processes that wait in it get ENOTCONN when its client is gone. FUSE mounts of ordinary
/// users on top of it are detached first; no other mount is touched. If the mount is already gone,
/// nothing is done, and this is not a failure. Makes no request to the file system. kSystem if the
/// mount is still there afterwards, for example below a mount made by root; kPermission without
/// CAP_SYS_ADMIN.
[[nodiscard]] Result<void> detach(const UniqueFd& root, const MountEntry& mount);

}  // namespace glusterconsul::mount
