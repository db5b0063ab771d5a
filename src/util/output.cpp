#include "util/output.hpp"

#include <unistd.h>

#include <cerrno>

namespace glusterconsul {

Result<void> write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(ErrorCode::kSystem, errno_text(errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> print(std::string_view text) {
  auto written = write_all(STDOUT_FILENO, text);
  if (!written) return with_context(written.error(), "writing to standard output");
  return written;
}

}  // namespace glusterconsul
