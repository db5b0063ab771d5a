#pragma once

#include "util/event.hpp"

namespace glusterconsul {

/// A request to stop, for everything that waits. Each of our poll loops watches `fd()`. `request()`
/// may be called from a signal handler and from any thread.
class Cancel {
 public:
  void request() noexcept { event_.set(); }
  [[nodiscard]] bool requested() const noexcept { return event_.is_set(); }
  /// See Event::fd().
  [[nodiscard]] int fd() const noexcept { return event_.fd(); }

 private:
  Event event_;
};

}  // namespace glusterconsul
