#include "util/child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace glusterconsul {
namespace {

UniqueFd open_pidfd(pid_t pid) {
  // glibc has no wrapper before 2.36.
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

/// From a constant table, as in errno_text(): strsignal(3) is not thread-safe.
std::string_view name_of_signal(int number) {
  const char* name = ::sigdescr_np(number);
  return name != nullptr ? name : "unknown";
}

}  // namespace

ExitState exit_state(int wait_status) {
  ExitState state;
  if (WIFSIGNALED(wait_status)) {
    state.signal = WTERMSIG(wait_status);
  } else {
    state.status = WEXITSTATUS(wait_status);
  }
  return state;
}

std::string to_string(const ExitState& state) {
  if (state.signal)
    return fmt::format("signal {} ({})", *state.signal, name_of_signal(*state.signal));
  if (state.status) return fmt::format("exit status {}", *state.status);
  return "unknown exit status";
}

Child::Child(pid_t pid) : pid_(pid), pidfd_(open_pidfd(pid)) {}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      ended_(std::exchange(other.ended_, std::nullopt)) {}

Child::~Child() {
  if (pid_ > 0) end(Deadline::after(kMaxReaping));
}

bool Child::reap() {
  if (ended_) return true;
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == pid_) ended_ = exit_state(status);
  if (ended < 0 && errno == ECHILD) ended_ = ExitState{};
  return ended_.has_value();
}

int Child::poll_timeout(const Deadline& deadline) const {
  constexpr int kSlice = 10;
  return pidfd_ ? deadline.poll_timeout() : std::min(deadline.poll_timeout(), kSlice);
}

Result<ExitState> Child::wait(const Deadline& deadline, const Cancel& cancel) {
  while (!reap()) {
    if (cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
    if (deadline.expired()) return fail(ErrorCode::kTimedOut, "still running");
    std::array<pollfd, 2> watched = {{{pidfd_.get(), POLLIN, 0}, {cancel.fd(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), poll_timeout(deadline));
    if (ready < 0 && errno != EINTR) return fail(ErrorCode::kSystem, errno_text(errno));
  }
  return *ended_;
}

void Child::kill() {
  if (!reap()) ::kill(pid_, SIGKILL);
}

void Child::abandon() {
  if (pid_ <= 0) return;
  kill();
  if (!ended_) ended_ = ExitState{};
  pid_ = -1;
}

bool Child::end(const Deadline& deadline) {
  if (reap()) return true;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  while (!reap() && !deadline.expired()) {
    pollfd watched = {pidfd_.get(), POLLIN, 0};
    ::poll(&watched, 1, poll_timeout(deadline));
  }
  return ended_.has_value();
}

}  // namespace glusterconsul
