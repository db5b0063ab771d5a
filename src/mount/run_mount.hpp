#pragma once

#include <string>

#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/cancel.hpp"
#include "util/error.hpp"
#include "util/report.hpp"

namespace glusterconsul::mount {

/// Mounts within budget() of the task's settings: checks the target, finds servers, and tries them
/// in turn. Succeeds if the mount responds, whether it is new or existed before. If attempts timed
/// out, which on a busy machine is not the fault of the servers, the search and the attempts are
/// repeated with more time until `consul-retry` is over; if the client itself ended an attempt, the
/// error is permanent.
[[nodiscard]] Result<void> run_mount(const std::string& target, const Task& task, System& system,
                                     const Cancel& cancel, const Report& report);

}  // namespace glusterconsul::mount
