#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "discovery/plan.hpp"
#include "gluster/command_line.hpp"
#include "mount/system.hpp"
#include "mount/task.hpp"
#include "mount/time_limits.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::mount {

/// The servers for attempt number `attempt` (from 0): those of the plan, rotated so that each is
/// primary once and those that failed come last; then the user's own backup servers; and last, if
/// there is one, the service's name. It must be last, because the client stays at its last server
/// and resolves it again and again; therefore the brick hosts, which the client would append, come
/// before it. There are no duplicates.
[[nodiscard]] std::vector<Host> attempt_servers(const std::vector<Host>& planned,
                                                std::size_t attempt,
                                                const std::vector<Host>& backups,
                                                const std::vector<Host>& brick_hosts,
                                                const std::optional<HostName>& service_name);

/// The inputs of all attempts in a series.
struct SeriesInputs {
  const Task& task;
  const discovery::Plan& plan;
  const InstalledClient& client;
  const std::string& target;
  std::optional<HostName> service_name = std::nullopt;  ///< from service_name_fallback()
};

/// The client's command for attempt number `attempt` (from 0).
[[nodiscard]] gluster::ClientCommand make_command(const SeriesInputs& inputs, std::size_t attempt);

/// A failed attempt, and the result of the probe of its primary.
struct FailedAttempt {
  gluster::Verdict probed = gluster::Verdict::kNotAsked;
  Error error;
};

/// Whether another primary may succeed after this error. If not, the series ends.
[[nodiscard]] bool concerns_primary_only(const Error& error);

/// The error of a series in which these attempts failed and no others were made:
///  - the last error itself, if it ended the series (concerns_primary_only());
///  - kTimedOut if no attempt was made;
///  - otherwise kMountFailed with the message of the first attempt, which names the cause (the
///    later ones only repeat it), and the hints of all. It is transient if more time may help: if
///    all errors are transient, or one whose primary had not failed its probe. (A dead server times
///    out each time, whatever the others report about the volume.)
[[nodiscard]] Error series_error(const std::vector<FailedAttempt>& attempts);

/// Runs the client with each server as primary in turn, once, until a mount works. No attempt
/// starts after `limits.series`, but a client that has the volfile and only waits for bricks may
/// wait until the context's deadline (docs/facts.md, "Client waits for a brick"). If no mount
/// works, the error is series_error(), preceded by the result of each probe if no server had
/// answered its probe.
[[nodiscard]] Result<void> run_series(const SeriesInputs& inputs, const AttemptLimits& limits,
                                      System& system, const Context& context);

}  // namespace glusterconsul::mount
