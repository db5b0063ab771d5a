#pragma once

#include <string>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// Asks the file system at `target` one question, statfs(2), in a child process,
/// since a FUSE mount without a server never answers and cannot be interrupted
/// from a thread. kTimedOut at the deadline and kInterrupted on `cancel` (the child
/// is killed and reaped), kMountFailed with the errno in words, kUnreachable where that is
/// ENOTCONN: gluster reaches too few bricks, or the client is dead.
[[nodiscard]] Result<void> answers(const std::string& target, const Deadline& deadline,
                                   const Cancel& cancel);
/// The same of the file system that `directory` is in, which is at `target`, whatever the path
/// leads to meanwhile.
[[nodiscard]] Result<void> answers(const UniqueFd& directory, const std::string& target,
                                   const Deadline& deadline, const Cancel& cancel);

}  // namespace glusterconsul::mount
