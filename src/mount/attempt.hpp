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

/// One run of the client, with what must be true after it.
struct Attempt {
  gluster::ClientCommand command;
  std::string mounted_as;  ///< the source that the mount table must show; empty: not compared
  VfsFlags finish;         ///< to be set on the mount that answers
  /// Until the client has the volfile from the primary, or has tried all its servers in vain.
  Deadline fetched;
  /// Until the mount answers.
  Deadline answered;
};

/// Runs the client once on `target`, whose path is the command's, and returns when its mount is in
/// the mount table, new, on that very directory and with our source, has answered statfs(2) and has
/// its flags; the daemon lives on then. Otherwise nothing is left: the client and all that it
/// started are ended, the mounts that they made are detached wherever they are, and the error
/// carries the error lines that the client's log gained. kConflict if the path does not lead to the
/// directory any more, kTimedOut if the primary or the mount did not respond, kUnreachable if too
/// few bricks were reached (transient unless one refused), kMountFailed if the client gave up,
/// kInterrupted, kSystem if it cannot be started. The deadlines of the attempt are within that of
/// the context.
///
/// The client that it returns is released: destroyed at the very end of the process, it reaps what
/// has ended meanwhile.
[[nodiscard]] Result<ClientProcess> run_attempt(const Attempt& attempt, const Target& target,
                                                const Context& context);

}  // namespace glusterconsul::mount
