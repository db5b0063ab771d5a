#pragma once

#include <atomic>

#include "util/unique_fd.hpp"

namespace glusterconsul {

/// Makes everything that waits stop waiting: an eventfd that turns readable
/// and stays so. Every poll loop of ours has `fd()` among its descriptors.
/// `request()` may be called from a signal handler and from any thread.
class Cancel {
 public:
  /// Without a free descriptor, fd() is -1 (poll(2) ignores it) and only
  /// requested() works.
  Cancel();
  Cancel(const Cancel&) = delete;
  Cancel& operator=(const Cancel&) = delete;

  void request() noexcept;
  [[nodiscard]] bool requested() const noexcept { return requested_.load(); }
  [[nodiscard]] int fd() const noexcept { return event_.get(); }

 private:
  std::atomic<bool> requested_{false};
  UniqueFd event_;
};

}  // namespace glusterconsul
