#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "util/error.hpp"

namespace glusterconsul {

/// Reads a regular file or memfd from `offset` to its end, but at most `max_size` bytes. Does not
/// move the file offset. Costs memory for what is there, not for what is allowed. kSystem with the
/// errno in words if it cannot be read.
[[nodiscard]] Result<std::string> read_file(int fd, std::size_t max_size, std::uint64_t offset = 0);

}  // namespace glusterconsul
