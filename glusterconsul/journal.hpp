#pragma once

#include <string>

namespace glusterconsul {

/// Writes a line about what a service has done, which is not a problem, to standard error, which is
/// the journal under systemd.
void note(const std::string& text);

}  // namespace glusterconsul
