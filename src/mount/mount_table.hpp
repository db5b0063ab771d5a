#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// One line of proc_pid_mountinfo(5), with its octal escapes undone.
struct MountEntry {
  int id = 0;
  std::string target;
  std::string source;
  std::string type;  ///< with its sub-type: "fuse.glusterfs"
  int parent = 0;    ///< the id of the mount that it is on
  /// Of a FUSE mount, the user who made it (`user_id=`, mount.fuse(8)); else root.
  unsigned user = 0;
  friend bool operator==(const MountEntry&, const MountEntry&) = default;
};

/// The type of a mounted gluster volume.
inline constexpr const char* kGlusterType = "fuse.glusterfs";

/// Whether it is a gluster volume that root has mounted. A user who may mount FUSE file systems
/// can choose any type and source for them.
[[nodiscard]] bool is_gluster_mount(const MountEntry& entry);

/// The mount table of this process, in the kernel's order, read with libmount.
/// kSystem if it cannot be read.
[[nodiscard]] Result<std::vector<MountEntry>> read_mount_table();
[[nodiscard]] Result<std::vector<MountEntry>> read_mount_table(const std::string& path);

/// The same from text. Whoever may mount chooses part of it (sources, targets): a line that is
/// invalid is skipped, and never fails the whole.
[[nodiscard]] Result<std::vector<MountEntry>> parse_mount_table(const std::string& text);

/// What is visible at `target` (canonical): the last entry with it; none if it is not a mount
/// point.
[[nodiscard]] std::optional<MountEntry> mounted_at(const std::vector<MountEntry>& table,
                                                   const std::string& target);

/// Whether the path of this mount may lead elsewhere: there is a mount at a directory above that it
/// is not on. (That one may also be hidden itself.)
[[nodiscard]] bool may_be_covered(const std::vector<MountEntry>& table, const MountEntry& mount);

/// The gluster mounts that are there now and were not before, from two readings of the table.
/// An id only distinguishes the mounts on one target: docs/facts.md, "Mount ids are reused".
[[nodiscard]] std::vector<MountEntry> new_mounts(const std::vector<MountEntry>& before,
                                                 const std::vector<MountEntry>& now);

/// Whether mount `id` is at `target`, visible or not.
[[nodiscard]] bool has_mount(const std::vector<MountEntry>& table, const std::string& target,
                             int id);

/// What a target is occupied by.
enum class Occupied {
  kNo,     ///< no gluster volume
  kSame,   ///< the same source: mounting again is success, if that mount still answers
  kOther,  ///< another gluster source: kConflict
};
/// Looks only at what is visible at the target. Another file system is not an obstacle: an autofs
/// mount point is meant to be mounted over, and mount(8) stacks over a local one too. Sources are
/// compared by same_source().
[[nodiscard]] Occupied occupied(const std::vector<MountEntry>& table, const std::string& target,
                                const std::string& mounted_as);

}  // namespace glusterconsul::mount
