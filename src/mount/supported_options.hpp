#pragma once

#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// Asks the client that find_client() found about the options that mount.glusterfs does not know
/// either, and returns the task: kUsage for the first one that the client rejects. If the client
/// does not answer, it rejects them when it mounts.
[[nodiscard]] Result<Task> with_supported_options(Task task, System& system,
                                                  const Context& context);

}  // namespace glusterconsul::mount
