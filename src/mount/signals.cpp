#include "mount/signals.hpp"

#include <array>
#include <csignal>

namespace glusterconsul::mount {
namespace {

Cancel& instance() {
  static Cancel cancel;
  return cancel;
}

// A handler gets no argument from us; all that it may touch is one eventfd.
extern "C" void request_cancel(int) {
  instance().request();
}

}  // namespace

Cancel& cancel_on_signals() {
  auto& cancel = instance();  // created before a signal handler can need it
  struct sigaction action = {};
  action.sa_handler = request_cancel;
  sigemptyset(&action.sa_mask);
  for (const int number : std::array{SIGINT, SIGTERM, SIGHUP}) {
    ::sigaction(number, &action, nullptr);
  }
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
  return cancel;
}

}  // namespace glusterconsul::mount
