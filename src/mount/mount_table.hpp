#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// One line of proc_pid_mountinfo(5), with octal escapes decoded.
struct MountEntry {
  int id = 0;
  std::string target;
  std::string source;
  std::string type;  ///< with its sub-type: "fuse.glusterfs"
  int parent = 0;    ///< the id of the mount that it is on
  /// For a FUSE mount, the user who made it (`user_id=`, mount.fuse(8)); otherwise root.
  unsigned user = 0;
  /// Of mount(2), on the mount or on its superblock: those that kFlagNames in mount_flags.hpp
  /// lists.
  unsigned long flags = 0;
  friend bool operator==(const MountEntry&, const MountEntry&) = default;
};

/// The type of a mounted gluster volume.
inline constexpr const char* kGlusterType = "fuse.glusterfs";

/// Whether this is a gluster volume that root has mounted. A user who may mount FUSE file systems
/// can choose any type and source for them.
[[nodiscard]] bool is_gluster_mount(const MountEntry& entry);

/// The mount table of this process, in the kernel's order, read with libmount.
/// kSystem if it cannot be read.
[[nodiscard]] Result<std::vector<MountEntry>> read_mount_table();
[[nodiscard]] Result<std::vector<MountEntry>> read_mount_table(const std::string& path);

/// The same, from text. Users who may mount control part of it (sources, targets), so an invalid
/// line is skipped and never makes the whole table fail.
[[nodiscard]] Result<std::vector<MountEntry>> parse_mount_table(const std::string& text);

/// The mount that is visible at `target` (canonical): the last entry with that target; none if it
/// is not a mount point.
[[nodiscard]] std::optional<MountEntry> mounted_at(const std::vector<MountEntry>& table,
                                                   const std::string& target);

/// Whether the path of this mount may lead elsewhere: a directory above it has a mount that this
/// mount is not on. (That mount may itself be hidden.)
[[nodiscard]] bool may_be_covered(const std::vector<MountEntry>& table, const MountEntry& mount);

/// The gluster mounts that are in `now` and not in `before`, two readings of the table. An id only
/// distinguishes the mounts on one target: docs/facts.md, "Mount ids are reused".
[[nodiscard]] std::vector<MountEntry> new_mounts(const std::vector<MountEntry>& before,
                                                 const std::vector<MountEntry>& now);

/// Whether mount `id` is at `target`, visible or not.
[[nodiscard]] bool has_mount(const std::vector<MountEntry>& table, const std::string& target,
                             int id);

/// What occupies a target.
enum class Occupied {
  kNo,     ///< no gluster volume
  kSame,   ///< the same source: success, if that mount still responds
  kOther,  ///< another gluster source: kConflict
};
/// Considers only what is visible at the target. Another file system is not an obstacle: an autofs
/// mount point is meant to be mounted over, and mount(8) also mounts over a local one. Sources are
/// compared with same_source().
[[nodiscard]] Occupied occupied(const std::vector<MountEntry>& table, const std::string& target,
                                const std::string& mounted_as);

}  // namespace glusterconsul::mount
