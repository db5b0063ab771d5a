#pragma once

#include "util/event.hpp"

namespace glusterconsul {

/// The request to everything that waits to stop waiting. Every poll loop of ours has `fd()` among
/// its descriptors. `request()` may be called from a signal handler and from any thread.
class Cancel {
 public:
  void request() noexcept { event_.set(); }
  [[nodiscard]] bool requested() const noexcept { return event_.is_set(); }
  /// As Event::fd().
  [[nodiscard]] int fd() const noexcept { return event_.fd(); }

 private:
  Event event_;
};

}  // namespace glusterconsul
