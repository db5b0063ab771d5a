#include "util/syslog.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

tl::unexpected<Error> failed() {
  return fail(ErrorCode::kSystem, errno_text(errno));
}

/// "Nov  2 13:14:15": RFC 3164, section 4.1.2, in local time. The program never sets a locale.
std::string timestamp(std::time_t at) {
  std::tm local{};
  if (::localtime_r(&at, &local) == nullptr) return {};
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%b %e %T", &local)};
}

Result<UniqueFd> connect(const Syslog& log) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (log.socket.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return failed();
  }
  log.socket.copy(address.sun_path, log.socket.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto timeout = std::chrono::microseconds(log.timeout).count();
  const timeval limit{timeout / 1'000'000, timeout % 1'000'000};
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed();
  }
  return socket;
}

}  // namespace

Result<void> send(const Syslog& log, Severity severity, std::string_view text) {
  TRY_ASSIGN(const auto socket, connect(log));
  const auto line = fmt::format("<{}>{} {}[{}]: {}", LOG_DAEMON | static_cast<int>(severity),
                                timestamp(std::time(nullptr)), log.ident, ::getpid(), text);
  if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) return failed();
  return {};
}

}  // namespace glusterconsul
