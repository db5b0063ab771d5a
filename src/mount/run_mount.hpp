#pragma once

#include <string>

#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/cancel.hpp"
#include "util/error.hpp"
#include "util/report.hpp"

namespace glusterconsul::mount {

/// Mounts within budget() of the task's settings: checks the target, finds servers, tries them in
/// turn. Success is a mount that answers, or that existed before and answers. If attempts timed
/// out, which on a busy machine is not a fault of the servers, all that is done again with more
/// time, as long as `consul-retry` lasts; an attempt that the client itself has ended is permanent.
[[nodiscard]] Result<void> run_mount(const std::string& target, const Task& task, System& system,
                                     const Cancel& cancel, const Report& report);

}  // namespace glusterconsul::mount
