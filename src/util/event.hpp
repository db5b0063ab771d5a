#pragma once

#include <atomic>

#include "util/unique_fd.hpp"

namespace glusterconsul {

/// A one-time event: an eventfd that becomes readable and stays readable. set() may be called from
/// a signal handler and from any thread.
class Event {
 public:
  /// If no descriptor is available, fd() is -1 (poll(2) ignores it) and only is_set() works.
  Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() noexcept;
  [[nodiscard]] bool is_set() const noexcept { return is_set_.load(); }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  std::atomic<bool> is_set_{false};
  UniqueFd fd_;
};

}  // namespace glusterconsul
