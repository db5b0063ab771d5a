#include "mount/vfs_flags.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

struct SuperblockFlag {
  unsigned long flag;
  const char* name;
};
constexpr std::array kSuperblockFlags = {SuperblockFlag{MS_SYNCHRONOUS, "sync"},
                                         SuperblockFlag{MS_LAZYTIME, "lazytime"}};

struct MountAttribute {
  unsigned long flag;
  unsigned long long set;
  unsigned long long clear;
};
// The access time modes are one field, which must be cleared as a whole.
constexpr std::array kMountAttributes = {
    MountAttribute{MS_NODIRATIME, MOUNT_ATTR_NODIRATIME, 0},
    MountAttribute{MS_STRICTATIME, MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    MountAttribute{MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW, 0},
};

tl::unexpected<Error> refused(const std::string& target, std::string_view what) {
  const std::string why = errno_text(errno);
  return fail(ErrorCode::kSystem,
              fmt::format("cannot set {} on the mount at {}: {}", what, shortened(target), why));
}

// The three system calls of the new mount interface have no wrappers before glibc 2.36.

Result<void> set_on_superblock(const UniqueFd& root, const std::string& target,
                               unsigned long flags) {
  if (flags == 0) return {};
  const UniqueFd context(
      static_cast<int>(::syscall(SYS_fspick, root.get(), "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH)));
  if (!context) return refused(target, "flags");
  for (const auto& known : kSuperblockFlags) {
    if ((flags & known.flag) == 0) continue;
    if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_SET_FLAG, known.name, nullptr, 0) != 0) {
      return refused(target, known.name);
    }
  }
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0) != 0) {
    return refused(target, "sync or lazytime");
  }
  return {};
}

Result<void> set_on_mount(const UniqueFd& root, const std::string& target, unsigned long flags) {
  if (flags == 0) return {};
  mount_attr attributes = {};
  for (const auto& known : kMountAttributes) {
    if ((flags & known.flag) == 0) continue;
    attributes.attr_set |= known.set;
    attributes.attr_clr |= known.clear;
  }
  if (::syscall(SYS_mount_setattr, root.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) !=
      0) {
    return refused(target, "strictatime, nodiratime or nosymfollow");
  }
  return {};
}

template <typename Table>
constexpr unsigned long known_flags(const Table& table) {
  unsigned long flags = 0;
  for (const auto& row : table) flags |= row.flag;
  return flags;
}

}  // namespace

Result<void> finish_mount(const UniqueFd& root, const std::string& target, const VfsFlags& flags) {
  if ((flags.superblock & ~known_flags(kSuperblockFlags)) != 0 ||
      (flags.per_mount & ~known_flags(kMountAttributes)) != 0) {
    return fail(ErrorCode::kBug, fmt::format("flags {:#x} and {:#x} cannot be set on a mount",
                                             flags.superblock, flags.per_mount));
  }
  TRY(set_on_superblock(root, target, flags.superblock));
  return set_on_mount(root, target, flags.per_mount);
}

}  // namespace glusterconsul::mount
