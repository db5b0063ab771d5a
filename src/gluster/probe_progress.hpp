#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "gluster/probe.hpp"
#include "util/deadline.hpp"

namespace glusterconsul::gluster {

/// The progress of the probes of all servers.
struct ProbeProgress {
  std::size_t unheard = 0;  ///< servers without a verdict
  std::size_t serving = 0;  ///< kServes and kAccepts
  /// When the number of servers that serve reached `enough`.
  std::optional<Clock::time_point> enough_since;
};

/// Why the wait for the servers ends.
enum class ProbeEnd { kNotYet, kAllHeard, kEnoughServe, kDeadline };

/// Whether the wait is over at `now`, and why. `enough` = 0 waits for all.
[[nodiscard]] ProbeEnd probe_end(const ProbeProgress& progress, const ProbeSettings& settings,
                                 const Deadline& deadline, Clock::time_point now);

/// Why a server was not probed when the wait ended, for people. kNotYet: `cancel` ended it.
[[nodiscard]] std::string_view why_not_asked(ProbeEnd end);

}  // namespace glusterconsul::gluster
