#pragma once

#include <string>

#include "util/context.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// Calls statfs(2) on `target` in a child process, because a FUSE mount without a server never
/// responds, and a thread that waits for it cannot be interrupted. With kTimedOut and kInterrupted,
/// the child is killed and reaped. kMountFailed contains the text of the errno; kUnreachable if
/// that is ENOTCONN: gluster reaches too few bricks, or the client is dead.
[[nodiscard]] Result<void> answers(const std::string& target, const Context& context);
/// The same for the file system of `directory`, which is at `target`, even if the path leads
/// elsewhere in the meantime.
[[nodiscard]] Result<void> answers(const UniqueFd& directory, const std::string& target,
                                   const Context& context);

}  // namespace glusterconsul::mount
