#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

namespace glusterconsul {

/// The user who has mounted the FUSE file system on this device (`user_id=`, mount.fuse(8)), from
/// the text of proc_pid_mountinfo(5); none if it is not a FUSE file system. That user decides what
/// stat(2) reports as the owners of its files. An invalid number counts as user 4294967295.
[[nodiscard]] std::optional<uid_t> fuse_owner(std::string_view mountinfo, dev_t device);

/// The same for the mounts of this process. Reads mountinfo only if the device can belong to FUSE.
[[nodiscard]] std::optional<uid_t> fuse_owner(dev_t device);

}  // namespace glusterconsul
