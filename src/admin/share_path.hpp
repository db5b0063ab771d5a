#pragma once

#include <string>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// The mount that a directory is on.
struct PathMount {
  bool has_responded = false;
  int error_number = 0;  ///< of open(2); 0: success
  int mount_id = 0;      ///< of proc_pid_mountinfo(5)
};

/// Opens the directory in a child process, since its file system may not respond. Symbolic links
/// are followed, and a volume is mounted on demand, as Samba would cause it. kInterrupted and
/// kSystem are the only errors.
[[nodiscard]] Result<PathMount> mount_of(const std::string& path, const Deadline& deadline,
                                         const Cancel& cancel);

}  // namespace glusterconsul::admin
