#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "util/deadline.hpp"

namespace glusterconsul {

/// Messages to the service manager that has started this program (sd_notify(3)). Without one,
/// nothing is sent. A message that cannot be sent at once is lost: the service works without it.
class ServiceNotify {
 public:
  /// What the service manager passes in the environment, by the names of its variables; empty if
  /// it is not set.
  struct Variables {
    std::string notify_socket;
    std::string watchdog_usec = {};
    std::string watchdog_pid = {};
  };
  /// An address that is neither an absolute path nor abstract (`@name`) is ignored. `own` is the
  /// process for which WATCHDOG_PID must be, if it is set.
  ServiceNotify(const Variables& variables, pid_t own);

  /// Reads the variables of this process. To be called before the environment is cleared.
  [[nodiscard]] static ServiceNotify from_environment();

  /// Sends `READY=1`, or several assignments with newlines between them.
  void send(std::string_view assignments) const;

  /// `STATUS=` with the first line of a text, which goes through printable().
  void send_status(std::string_view text) const;

  /// How often `WATCHDOG=1` must be sent: half of the service manager's limit. None: never.
  [[nodiscard]] std::optional<milliseconds> watchdog_interval() const { return watchdog_; }

  [[nodiscard]] bool has_service_manager() const { return !address_.empty(); }

 private:
  std::string address_;  ///< of the socket, with '\0' instead of '@'
  std::optional<milliseconds> watchdog_;
};

}  // namespace glusterconsul
