#pragma once

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// What a blocking function needs to know: when to stop, what can stop it earlier, and where to
/// report progress. `cancel` and `report` must outlive the context. Functions that report nothing
/// take only the deadline and `cancel`.
struct Context {
  Deadline deadline;
  const Cancel& cancel;
  const Report& report;

  /// The same context with another deadline; the caller must make sure that it is not later than
  /// this one.
  [[nodiscard]] Context until(const Deadline& other) const { return {other, cancel, report}; }
  /// The same context, with a deadline of at most `span` from `now`.
  [[nodiscard]] Context sooner(milliseconds span, Clock::time_point now = Clock::now()) const {
    return until(deadline.sooner(span, now));
  }
};

}  // namespace glusterconsul
