#include "util/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "util/unique_fd.hpp"

namespace glusterconsul {

Result<std::string> read_file(int fd, std::size_t max_size, std::uint64_t offset) {
  std::string text;
  std::array<char, 4096> part{};
  while (text.size() < max_size) {
    const auto wanted = std::min(part.size(), max_size - text.size());
    const auto got = ::pread(fd, part.data(), wanted, static_cast<off_t>(offset + text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorCode::kSystem, errno_text(errno));
    if (got == 0) break;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::string read_regular_file(const std::string& path, std::size_t max_size) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
  return read_file(file.get(), max_size).value_or("");
}

}  // namespace glusterconsul
