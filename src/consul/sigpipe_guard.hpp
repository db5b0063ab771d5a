#pragma once

#include <csignal>

namespace glusterconsul::consul {

/// Keeps SIGPIPE from ending the program while this thread writes through
/// OpenSSL, which does not pass MSG_NOSIGNAL: blocks it, and takes away
/// the one that came meanwhile. The process's signal handlers stay as they are.
class SigpipeGuard {
 public:
  SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;
  ~SigpipeGuard();

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace glusterconsul::consul
