#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul {

/// Severities of syslog (RFC 5424, section 6.2.1).
enum class Severity { kError = 3, kWarning = 4 };

/// Where a message for the machine's own syslog or journal goes, as what.
struct Syslog {
  std::string ident;  ///< the name of the program
  std::string socket = "/dev/log";
  std::chrono::milliseconds timeout{200};
};

/// Sends one line in the facility daemon, in the format of syslog(3). Unlike syslog(3) it
/// neither waits longer than the timeout for a daemon that does not read nor ignores what
/// was not taken: kSystem has the errno in words. `text` is
/// printable().
[[nodiscard]] Result<void> send(const Syslog& log, Severity severity, std::string_view text);

}  // namespace glusterconsul
