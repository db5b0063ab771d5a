#include "util/time_limit.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace glusterconsul {
namespace {

struct Limit {
  int status = 0;
  std::string message;
};

/// Never destroyed, since the handler reads it.
Limit& limit() {
  static auto& only = *new Limit;
  return only;
}

void end_now(int /*signal*/) {
  const auto& ending = limit();
  static_cast<void>(!::write(STDERR_FILENO, ending.message.data(), ending.message.size()));
  ::_exit(ending.status);
}

void set_timer(std::chrono::milliseconds span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  const std::chrono::microseconds rest = span - seconds;
  const itimerval timer{{}, {seconds.count(), rest.count()}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

void exit_after(std::chrono::milliseconds span, int status, std::string message) {
  limit() = {status, std::move(message)};
  struct sigaction action{};
  action.sa_handler = end_now;
  ::sigaction(SIGALRM, &action, nullptr);
  set_timer(span);
}

void cancel_exit() {
  set_timer(std::chrono::milliseconds(0));
}

}  // namespace glusterconsul
