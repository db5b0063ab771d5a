#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace glusterconsul {

/// Starts a thread with all signals blocked: only the main thread receives signals and decides what
/// an interruption means. Throws what std::thread throws.
template <typename Function>
[[nodiscard]] std::thread quiet_thread(Function&& function) {
  class BlockedSignals {
   public:
    BlockedSignals() {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

   private:
    sigset_t before_{};
  };
  const BlockedSignals blocked;  // a thread inherits the mask of its creator
  return std::thread(std::forward<Function>(function));
}

}  // namespace glusterconsul
