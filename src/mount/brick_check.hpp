#pragma once

#include <string>
#include <string_view>

#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// Whether requests to a file system of this type (as in mountinfo) wait neither for a network nor
/// for a process: file systems on disks and in memory. Not overlay, whose layers may be on others.
[[nodiscard]] bool is_local_file_system(std::string_view type);

/// Runs gluster::check_target_is_not_a_brick() in a child process, because it accesses the file
/// system at the target, which may not respond: after 20 s, or at the context's deadline, the child
/// is killed and the error is kMountFailed, which names `mount_point`, where that file system is
/// mounted. An interruption (kInterrupted) ends the child as well.
/// Call it before any thread is started.
[[nodiscard]] Result<void> check_brick_in_child(const std::string& target,
                                                const std::string& mount_point,
                                                const std::string& glusterd_directory,
                                                const Context& context);

}  // namespace glusterconsul::mount
