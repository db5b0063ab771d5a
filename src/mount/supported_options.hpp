#pragma once

#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// Asks the client that find_client() found about the options that mount.glusterfs does not know
/// either, and returns the task without those that the client rejects: kUsage for the first one, or
/// with Strictness::kSloppy a warning for each. If the client does not answer, it rejects them when
/// it mounts.
[[nodiscard]] Result<Task> with_supported_options(Task task, System& system,
                                                  const Context& context);

}  // namespace glusterconsul::mount
