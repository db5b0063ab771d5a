#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "admin/client_graph.hpp"

namespace glusterconsul::admin {

/// The state of one mount.
enum class MountState {
  kHealthy,     ///< it responds, and all its bricks are connected
  kDegraded,    ///< it responds, and bricks are not connected
  kResponds,    ///< it responds, and its bricks are not known
  kNotServed,   ///< the client is running, but reaches too few bricks: ENOTCONN
  kNoResponse,  ///< it does not respond
  kDead,        ///< its client has ended: ENOTCONN
  kFailed,      ///< another error
};

/// "healthy", "degraded", "responds", "not-served", "no-response", "dead", "failed".
[[nodiscard]] std::string_view name_of(MountState state);
[[nodiscard]] bool works(MountState state);

/// The outcome of one request to a mount: it ended with this errno (0: success), or did not end.
struct Answer {
  bool has_ended = false;
  int error_number = 0;
};

/// What is known of a mount.
struct Observation {
  Answer statfs;
  std::optional<ClientGraph> graph;  ///< nothing: `.meta` could not be read in time
  bool has_client = false;           ///< a process of its client was found
  bool is_stopped = false;           ///< that process is stopped
  pid_t pid = 0;                     ///< that process
};

[[nodiscard]] MountState state_of(const Observation& seen);

/// The state for people: "degraded: 1 of 3 bricks is not connected".
[[nodiscard]] std::string describe(const Observation& seen);

/// What to do about a mount that does not work; empty if it works. `target` is quoted for a shell.
[[nodiscard]] std::string remedy(const Observation& seen, std::string_view target);

}  // namespace glusterconsul::admin
