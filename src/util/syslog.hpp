#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul {

/// Severities of syslog (RFC 5424, section 6.2.1).
enum class Severity { kError = 3, kWarning = 4, kInfo = 6 };

/// Where messages for the machine's syslog or journal are sent, and under which name.
struct Syslog {
  std::string ident;  ///< the name of the program
  std::string socket = "/dev/log";
  std::chrono::milliseconds timeout{200};
};

/// Sends one line with the facility daemon, in the format of syslog(3). Unlike syslog(3), it waits
/// no longer than the timeout for a daemon that does not read, and it reports a line that could not
/// be sent: kSystem, with the description of the errno. `text` must have gone through printable().
[[nodiscard]] Result<void> send(const Syslog& log, Severity severity, std::string_view text);

}  // namespace glusterconsul
