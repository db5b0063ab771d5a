#pragma once

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// What a function that blocks is given: when to stop, what stops it sooner, and where to report
/// what it is doing. `cancel` and `report` must outlive it. The clients of src/consul and
/// src/gluster report nothing; they take the deadline and `cancel` alone.
struct Context {
  Deadline deadline;
  const Cancel& cancel;
  const Report& report;

  /// The same with another deadline, which is the caller's to keep within this one.
  [[nodiscard]] Context until(const Deadline& other) const { return {other, cancel, report}; }
  /// The same, ending at the latest `span` from `now`.
  [[nodiscard]] Context sooner(milliseconds span, Clock::time_point now = Clock::now()) const {
    return until(deadline.sooner(span, now));
  }
};

}  // namespace glusterconsul
