#include "mount/time_limits.hpp"

#include <algorithm>

namespace glusterconsul::mount {

Budget budget(const config::Settings& settings, Clock::time_point now) {
  return {Deadline::after(settings.retry, now), Deadline::after(settings.retry + kMountSpan, now)};
}

AttemptLimits attempt_limits(unsigned series) {
  const AttemptLimits first;
  return {.series = first.series * series,
          .fetch_from_ready = std::min(first.fetch_from_ready * series, first.fetch_from_unknown),
          .fetch_from_unknown = first.fetch_from_unknown * series};
}

}  // namespace glusterconsul::mount
