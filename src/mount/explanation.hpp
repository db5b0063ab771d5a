#pragma once

#include <optional>
#include <string>
#include <vector>

#include "discovery/plan.hpp"
#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// What `lookup` and `mount -f -v` print.
struct Explanation {
  discovery::Plan plan;
  std::vector<std::string> command;  ///< empty if there would be no mount
  std::optional<Error> problem;      ///< why there would be no mount
};

/// Finds servers once, without retries, within the context's deadline (kMountSpan is
/// usual), and returns the command that a mount
/// would run. `target` is inserted into the command unchanged. kInterrupted and a failure of this
/// machine (no client) are returned as a `problem` as well.
[[nodiscard]] Explanation explain(const Task& task, const std::string& target, System& system,
                                  const Context& context);

}  // namespace glusterconsul::mount
