#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// What a line of the mount table has besides MountEntry.
struct MountRecord {
  std::string options;  ///< those of the mount and of its file system, as findmnt(8) shows them
  dev_t device = 0;     ///< of the file system: the same for a bind mount of it
};

/// The record of each mount in a mount table (mountinfo), by its id. kSystem if it cannot be read.
[[nodiscard]] Result<std::map<int, MountRecord>> mount_records(const std::string& path);

/// The options of the first line of fstab(5) for this source, target and the type glusterconsul;
/// nothing if there is none, or if the file cannot be read. Sources are compared with
/// same_source().
[[nodiscard]] std::optional<std::string> fstab_options(const std::string& source,
                                                       const std::string& target,
                                                       const std::string& path = "/etc/fstab");

}  // namespace glusterconsul::mount
