#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mount/mount_table.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// The absolute path without `.`, empty components and slashes at the end; symbolic links are not
/// followed, so nothing is touched. None if it is relative, or has `..`, which leads elsewhere
/// after a symbolic link.
[[nodiscard]] std::optional<std::string> lexical_path(std::string_view written);

/// Which directory a descriptor is of, and in which mount.
struct DirectoryId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  int mount_id = 0;  ///< MountEntry::id
  friend bool operator==(const DirectoryId&, const DirectoryId&) = default;
};

/// The directory to mount on, held open from the moment in which it is checked: whoever owns a
/// directory on the way can rename it meanwhile and put another one, or a symbolic link, in
/// its place.
class Target {
 public:
  /// Opens what `written` leads to. kUsage if it does not exist or is not a directory. What is
  /// mounted there is neither asked (a gluster mount without a server would never answer, a dead
  /// one reports ENOTCONN) nor, being an automount point, triggered; only a target *inside* a
  /// file system that hangs can hang, as it does for mount(8).
  [[nodiscard]] static Result<Target> open(const std::string& written);

  /// The target as the kernel named it then: absolute, without symbolic links, `.`, `..` and
  /// slashes at the end.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Whether path() still leads to the directory that was opened, with nothing mounted over it;
  /// kConflict names the path.
  [[nodiscard]] Result<void> check_unchanged() const;

  /// Whether a mount of the present table is on this very directory, and the directory is still
  /// where it was. Between two readings of its name a user who owns both could exchange it with
  /// another directory of his own; never with one that he cannot rename.
  [[nodiscard]] bool carries(const MountEntry& entry) const;

  /// The mount that path() led into when it was opened (MountEntry::id).
  [[nodiscard]] int mount_id() const { return id_.mount_id; }

  /// Whether this is the mount that path() showed when it was opened, or has shown since: what the
  /// table has at path() may be hidden below a mount further up.
  [[nodiscard]] bool shows(const MountEntry& entry, const std::vector<MountEntry>& table) const;

  /// The topmost of these mounts (in the table's order) on this directory: the last that it
  /// carries, or that is on such a one, as after two helpers have mounted on one target at once.
  [[nodiscard]] std::optional<MountEntry> topmost(const std::vector<MountEntry>& mounts) const;

  /// The root of the mount with that id if it is the topmost on this directory, else an empty
  /// descriptor (O_PATH). Found from the directory above, which is held open too, so whatever is
  /// mounted further up meanwhile does not hide it. Does not ask the file system.
  [[nodiscard]] UniqueFd open_mount(int mount_id) const;

  /// The error of check_unchanged().
  [[nodiscard]] Error changed() const;

 private:
  Target(UniqueFd directory, UniqueFd parent, std::string path, DirectoryId id);
  UniqueFd directory_;
  UniqueFd parent_;  ///< the directory above; empty for / and if the directory has moved
  std::string path_;
  DirectoryId id_;
};

/// The mount that a descriptor is in. Unlike statx(2), this never asks the file system. None if
/// proc(5) does not show it.
[[nodiscard]] std::optional<int> mount_id_of(const UniqueFd& fd);

/// What decides who can rename a directory.
struct Ownership {
  uid_t user = 0;
  gid_t group = 0;
  mode_t mode = 0;
};

/// Who can rename a directory in its parent, besides root and `caller`: "user 1000", "group 100",
/// "everyone"; none if nobody can.
[[nodiscard]] std::optional<std::string> who_can_rename(const Ownership& parent,
                                                        const Ownership& directory, uid_t caller);

/// The same for each directory on the way to `path` (canonical) and itself: a warning about the
/// first that somebody else can rename; none if there is no such directory. Asks no file system.
[[nodiscard]] std::optional<Warning> warning_about_path(const std::string& path);

}  // namespace glusterconsul::mount
