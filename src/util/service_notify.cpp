#include "util/service_notify.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? "" : value;
}

std::string address_of(std::string socket) {
  if (socket.size() < 2 || socket.size() >= sizeof(sockaddr_un::sun_path)) return {};
  if (socket.front() == '@') socket.front() = '\0';
  return socket.front() == '/' || socket.front() == '\0' ? socket : std::string();
}

}  // namespace

ServiceNotify::ServiceNotify(const Variables& variables, pid_t own)
    : address_(address_of(variables.notify_socket)) {
  const auto microseconds =
      parse_number(variables.watchdog_usec, 1, std::numeric_limits<std::int64_t>::max());
  const bool is_for_us =
      variables.watchdog_pid.empty() || variables.watchdog_pid == std::to_string(own);
  if (address_.empty() || !microseconds || !is_for_us) return;
  watchdog_ = std::max(milliseconds(1), milliseconds(*microseconds / 2000));
}

ServiceNotify ServiceNotify::from_environment() {
  return {{.notify_socket = variable("NOTIFY_SOCKET"),
           .watchdog_usec = variable("WATCHDOG_USEC"),
           .watchdog_pid = variable("WATCHDOG_PID")},
          ::getpid()};
}

void ServiceNotify::send(std::string_view assignments) const {
  if (address_.empty()) return;
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  static_cast<void>(::sendto(fd.get(), assignments.data(), assignments.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), size));
}

void ServiceNotify::send_status(std::string_view text) const {
  send(fmt::format("STATUS={}", printable(text.substr(0, text.find('\n')))));
}

}  // namespace glusterconsul
