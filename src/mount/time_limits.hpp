#pragma once

#include "config/settings.hpp"
#include "util/deadline.hpp"

namespace glusterconsul::mount {

/// For the mount itself, after servers are found: docs/facts.md, "Client waits for a brick".
inline constexpr milliseconds kMountSpan{25'000};

/// How the time of one mount is divided.
struct Budget {
  Deadline discovery;  ///< no lookup starts after this
  Deadline whole;      ///< the end of everything
};

/// `consul-retry` for finding servers, then kMountSpan for mounting from the last ones found. The
/// default stays within systemd's limit: docs/facts.md, "systemd gives a mount 90 seconds".
[[nodiscard]] Budget budget(const config::Settings& settings, Clock::time_point now);

/// The time limits of one series of attempts, in which each server is primary once.
struct AttemptLimits {
  milliseconds series = kMountSpan;
  /// For the client to get the volfile from a primary that has just sent it to the probe.
  milliseconds fetch_from_ready{4'000};
  /// The same if no server has responded to the probe, or none is left after this one:
  /// docs/facts.md, "Client fails over only if it cannot connect".
  milliseconds fetch_from_unknown{15'000};
};

/// The limits of series number `series` (from 1). A busy machine that did not finish in time would
/// not finish in the same time again, so the limits grow with each series. A primary that died
/// after its probe never costs more than an unknown one costs in the first series.
[[nodiscard]] AttemptLimits attempt_limits(unsigned series);

}  // namespace glusterconsul::mount
