#pragma once

#include <string>

#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// Whether the mount of a task already exists.
enum class Existing {
  kNo,
  kOurs,  ///< the same source on the same target, and it responds: nothing to do
};

/// Like check_existing(), but before anything at the target is accessed, since the file system of a
/// dead mount would not respond. kNo if only the opened target can show what is mounted there:
/// `written` is relative, contains `..`, is not a mount point as written, or may lead elsewhere.
[[nodiscard]] Result<Existing> check_existing_as_written(const Task& task,
                                                         const std::string& written, System& system,
                                                         const Context& context);

/// Checks what the mount table has at `target` (canonical), unless another mount hides it.
/// kConflict names both sources if another gluster volume is mounted there; kMountFailed if ours is
/// mounted there, but does not respond. If ours is mounted there and responds, it keeps its
/// options: kConflict if it is read-only and read-write is requested, or the reverse; a warning
/// names the other requested options of mount(8) that it does not have. Options of the client are
/// not compared.
[[nodiscard]] Result<Existing> check_existing(const Task& task, const std::string& target,
                                              System& system, const Context& context);

}  // namespace glusterconsul::mount
