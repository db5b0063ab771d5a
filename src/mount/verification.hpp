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

/// Opens `path`, unless it is in the kernel's cache, in a child process, since any file system in
/// the path may not respond. After 20 s,
/// or at the context's deadline, kills the child and fails with kMountFailed; after a signal, with
/// kInterrupted. It is not an error if the path cannot be opened: the caller opens it next and
/// reports why.
[[nodiscard]] Result<void> path_responds(const std::string& path, const Context& context);

}  // namespace glusterconsul::mount
