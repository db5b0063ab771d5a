#pragma once

#include <string_view>

#include "util/error.hpp"

namespace glusterconsul {

/// Writes everything to a descriptor, in as many write(2) calls as it takes.
/// kSystem with the errno in words if that fails.
[[nodiscard]] Result<void> write_all(int fd, std::string_view text);

/// write_all() to standard output, for what a program was asked for. A reader who has closed the
/// pipe, as head(1) does, has seen enough: that is not a failure. SIGPIPE must be ignored.
[[nodiscard]] Result<void> print(std::string_view text);

}  // namespace glusterconsul
