#pragma once

#include <string>

#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// Whether the mount of a task exists already.
enum class Existing {
  kNo,
  kOurs,  ///< the same source on the same target, and it responds: nothing is left to do
};

/// As check_existing(), before anything at the target is touched: the file system of a dead mount
/// would not respond. kNo if only the opened target can show what is mounted there: `written` is
/// relative or has `..`, or is not a mount point as it is written, or may lead elsewhere.
[[nodiscard]] Result<Existing> check_existing_as_written(const Task& task,
                                                         const std::string& written, System& system,
                                                         const Context& context);

/// Looks at what the mount table has at `target` (canonical), unless another mount hides it.
/// kConflict names both sources if another gluster volume is mounted there; kMountFailed if ours
/// is, but does not respond.
[[nodiscard]] Result<Existing> check_existing(const Task& task, const std::string& target,
                                              System& system, const Context& context);

}  // namespace glusterconsul::mount
