#pragma once

#include <algorithm>
#include <chrono>

namespace glusterconsul {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A point on the steady clock at which all waiting ends. A mount has one deadline; each of its
/// stages uses the remaining time, or less.
class Deadline {
 public:
  explicit Deadline(Clock::time_point at) : at_(at) {}

  [[nodiscard]] static Deadline after(milliseconds span, Clock::time_point now = Clock::now()) {
    return Deadline(now + span);
  }

  /// The earlier of this deadline and `span` from `now`.
  [[nodiscard]] Deadline sooner(milliseconds span, Clock::time_point now = Clock::now()) const {
    return Deadline(std::min(at_, now + span));
  }

  [[nodiscard]] Clock::time_point at() const { return at_; }
  [[nodiscard]] bool expired(Clock::time_point now = Clock::now()) const { return now >= at_; }

  /// The remaining time, rounded up to a whole millisecond so that poll(2) never spins; zero after
  /// the deadline, never negative.
  [[nodiscard]] milliseconds remaining(Clock::time_point now = Clock::now()) const {
    return now >= at_ ? milliseconds(0) : std::chrono::ceil<milliseconds>(at_ - now);
  }

  /// remaining() as a timeout for poll(2), capped at one hour.
  [[nodiscard]] int poll_timeout(Clock::time_point now = Clock::now()) const {
    constexpr milliseconds kMaxWait = std::chrono::hours(1);
    return static_cast<int>(std::min(remaining(now), kMaxWait).count());
  }

 private:
  Clock::time_point at_;
};

}  // namespace glusterconsul
