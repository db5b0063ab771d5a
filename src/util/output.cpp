#include "util/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace glusterconsul {
namespace {

/// 0 if everything was written, otherwise the errno.
int write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Another process that shares the open file has made it non-blocking.
      pollfd watched{fd, POLLOUT, 0};
      ::poll(&watched, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

Result<void> write_all(int fd, std::string_view text) {
  const int problem = write_whole(fd, text);
  if (problem != 0) return fail(ErrorCode::kSystem, errno_text(problem));
  return {};
}

Result<void> print(std::string_view text) {
  const int problem = write_whole(STDOUT_FILENO, text);
  if (problem == 0 || problem == EPIPE) return {};
  return fail(ErrorCode::kSystem, "writing to standard output: " + errno_text(problem));
}

}  // namespace glusterconsul
