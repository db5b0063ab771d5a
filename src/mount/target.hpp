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

/// The absolute path without `.`, empty components and trailing slashes. Symbolic links are not
/// followed, so nothing is accessed. None if the path is relative or contains `..`, which leads
/// elsewhere after a symbolic link.
[[nodiscard]] std::optional<std::string> lexical_path(std::string_view written);

/// Identifies the directory that a descriptor refers to, and the mount that it is in.
struct DirectoryId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  int mount_id = 0;  ///< MountEntry::id
  friend bool operator==(const DirectoryId&, const DirectoryId&) = default;
};

/// The directory to mount on, held open from the moment when it is checked: the owner of a
/// directory in its path can rename it in the meantime and put another one, or a symbolic link, in
/// its place.
class Target {
 public:
  /// Opens what `written` leads to. kUsage if it does not exist or is not a directory. A file
  /// system that is mounted there is not accessed (a gluster mount without a server would never
  /// respond, and a dead one reports ENOTCONN), and an automount point is not triggered. Only a
  /// target *inside* a file system that hangs can block, as it does with mount(8).
  [[nodiscard]] static Result<Target> open(const std::string& written);

  /// The path of the target when it was opened: absolute, without symbolic links, `.`, `..` and
  /// trailing slashes.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Whether path() still leads to the directory that was opened, with nothing mounted over it;
  /// otherwise kConflict names the path.
  [[nodiscard]] Result<void> check_unchanged() const;

  /// Whether a mount in the present table is on this very directory, and the directory has not
  /// moved. Between two readings of its path, a user who owns both could exchange it with another
  /// of their own directories, but never with one that they cannot rename.
  [[nodiscard]] bool carries(const MountEntry& entry) const;

  /// The mount that path() led into when it was opened (MountEntry::id).
  [[nodiscard]] int mount_id() const { return id_.mount_id; }

  /// Whether this is the mount that path() showed when it was opened, or has shown since: the mount
  /// that the table has at path() may be hidden below a mount higher up.
  [[nodiscard]] bool shows(const MountEntry& entry, const std::vector<MountEntry>& table) const;

  /// The topmost of these mounts (in the table's order) on this directory: the last one that it
  /// carries, or that is mounted on such a mount, which happens if two helpers mount on one target
  /// at once.
  [[nodiscard]] std::optional<MountEntry> topmost(const std::vector<MountEntry>& mounts) const;

  /// The root of the mount with that id, opened with O_PATH, if it is the topmost on this
  /// directory; otherwise an empty descriptor. It is found through the parent directory, which is
  /// held open as well, so that new mounts higher up do not hide it. Makes no request to the file
  /// system.
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

/// The id of the mount that a descriptor is in. Unlike statx(2), this never makes a request to the
/// file system. None if proc(5) does not show it.
[[nodiscard]] std::optional<int> mount_id_of(const UniqueFd& fd);

/// What determines who can rename a directory.
struct Ownership {
  uid_t user = 0;
  gid_t group = 0;
  mode_t mode = 0;
};

/// Who can rename a directory in its parent, besides root and `caller`: "user 1000", "group 100",
/// "everyone"; none if nobody else can.
[[nodiscard]] std::optional<std::string> who_can_rename(const Ownership& parent,
                                                        const Ownership& directory, uid_t caller);

/// Checks this for each directory in `path` (canonical), including the last: a warning about the
/// first one that somebody else can rename; none if there is no such directory. Makes no request to
/// any file system.
[[nodiscard]] std::optional<Warning> warning_about_path(const std::string& path);

}  // namespace glusterconsul::mount
