#pragma once

#include <string>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// Flags of mount(2) to set on an existing mount. Both zero: nothing to do.
struct VfsFlags {
  unsigned long superblock = 0;  ///< of MS_SYNCHRONOUS, MS_LAZYTIME
  unsigned long per_mount = 0;   ///< of MS_NODIRATIME, MS_STRICTATIME, MS_NOSYMFOLLOW
  friend bool operator==(const VfsFlags&, const VfsFlags&) = default;
};

/// Sets the flags on the finished mount whose root directory is `root` (O_PATH is enough):
/// fsconfig(2) for the superblock, mount_setattr(2) for the mount (Linux 5.14). Its path `target`
/// is only for messages, since it may lead elsewhere by now. Unlike MS_REMOUNT, which replaces all
/// flags, these calls leave every other flag unchanged. kSystem names the target and the flag;
/// flags that this function does not know are kBug.
[[nodiscard]] Result<void> finish_mount(const UniqueFd& root, const std::string& target,
                                        const VfsFlags& flags);

}  // namespace glusterconsul::mount
