#include "mount/signals.hpp"

#include <sys/eventfd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

Cancel& instance() {
  static Cancel cancel;
  return cancel;
}

/// The descriptor of wake_on_hangup(); -1 until it is called.
std::atomic<int> wakes_on_hangup{-1};

extern "C" void wake(int) {
  const int saved = errno;
  ::eventfd_write(wakes_on_hangup.load(), 1);
  errno = saved;
}

// A handler gets no argument from us; all that it may touch is one eventfd.
extern "C" void request_cancel(int) {
  instance().request();
}

bool is_ignored(int number) {
  struct sigaction present = {};
  return ::sigaction(number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

void set_action(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

void set_unless_ignored(void (*handler)(int)) {
  for (const int number : std::array{SIGINT, SIGHUP}) {
    if (number == SIGHUP && wakes_on_hangup.load() >= 0) continue;
    if (!is_ignored(number)) set_action(number, handler);
  }
}

}  // namespace

void settle_signals() {
  set_action(SIGCHLD, SIG_DFL);
  set_action(SIGPIPE, SIG_IGN);
  set_action(SIGXFSZ, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

Cancel& cancel_on_signals() {
  auto& cancel = instance();  // created before a signal handler can need it
  set_action(SIGTERM, request_cancel);
  set_unless_ignored(request_cancel);
  return cancel;
}

int wake_on_hangup() {
  static const UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return -1;
  wakes_on_hangup = fd.get();
  set_action(SIGHUP, wake);
  return fd.get();
}

void end_on_signals() {
  wakes_on_hangup = -1;
  set_action(SIGTERM, SIG_DFL);
  set_unless_ignored(SIG_DFL);
}

}  // namespace glusterconsul::mount
