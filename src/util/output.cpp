#include "util/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>

namespace glusterconsul {
namespace {

/// poll(2) for ever
constexpr milliseconds kUnlimited{-1};

/// The errno of the failure; 0 if everything was written, ETIMEDOUT if the reader of a pipe or the
/// terminal accepted nothing for `limit`.
int write_whole(int fd, std::string_view text, milliseconds limit) {
  while (!text.empty()) {
    pollfd watched{fd, POLLOUT, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(limit.count()));
    if (ready == 0) return ETIMEDOUT;
    if (ready < 0 && errno == EINTR) continue;
    // A pipe that is writable accepts PIPE_BUF bytes without blocking.
    const auto written = ::write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

Result<void> write_all(int fd, std::string_view text) {
  const int problem = write_whole(fd, text, kUnlimited);
  if (problem != 0) return fail(ErrorCode::kSystem, errno_text(problem));
  return {};
}

void write_message(std::string_view text, milliseconds limit) {
  // A second message would wait as long.
  static std::atomic<bool> is_stuck{false};
  is_stuck = write_whole(STDERR_FILENO, text, is_stuck ? milliseconds(0) : limit) == ETIMEDOUT;
}

Result<void> print(std::string_view text) {
  const int problem = write_whole(STDOUT_FILENO, text, kUnlimited);
  if (problem == 0 || problem == EPIPE) return {};
  return fail(ErrorCode::kSystem, "writing to standard output: " + errno_text(problem));
}

}  // namespace glusterconsul
