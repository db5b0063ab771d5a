#pragma once

#include <string>

#include "gluster/command_line.hpp"
#include "mount/client_process.hpp"
#include "mount/target.hpp"
#include "mount/vfs_flags.hpp"
#include "util/context.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// One run of the client, and what must hold after it.
struct Attempt {
  gluster::ClientCommand command;
  std::string mounted_as;  ///< the source that the mount table must show; empty: not checked
  VfsFlags finish;         ///< to be set on the mount after it has responded
  /// For the client to get the volfile from the primary, or to fail with all its servers.
  Deadline fetched;
  /// For the mount to respond.
  Deadline answered;
};

/// The client's log: `log-file=`, or its default.
[[nodiscard]] std::string client_log_file(const gluster::ClientCommand& command);

/// Runs the client once on `target`, whose path is that of the command. Returns when its mount is
/// in the mount table, is new, is on that very directory with our source, has responded to
/// statfs(2) and has its flags; the daemon then keeps running. Otherwise nothing is left: the
/// client and everything that it started are ended, the mounts that they made are detached wherever
/// they are, and the error contains the new error lines of the client's log. kConflict if the path
/// no longer leads to the directory, kTimedOut if the primary or the mount did not respond,
/// kUnreachable if too few bricks were reached (transient unless one refused), kMountFailed if the
/// client gave up, kUsage if it rejects its arguments, kInterrupted, kSystem if the client cannot
/// be started. The deadlines of the attempt must be within that of the context.
///
/// The returned client is released: when it is destroyed, at the very end of the process, it reaps
/// the processes that have ended in the meantime.
[[nodiscard]] Result<ClientProcess> run_attempt(const Attempt& attempt, const Target& target,
                                                const Context& context);

}  // namespace glusterconsul::mount
