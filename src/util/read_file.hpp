#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "util/error.hpp"

namespace glusterconsul {

/// Reads a regular file or memfd from `offset` to its end, but at most `max_size` bytes. Does not
/// move the file offset. Memory use depends on the data that is read, not on `max_size`. kSystem,
/// with the description of the errno, if the file cannot be read.
[[nodiscard]] Result<std::string> read_file(int fd, std::size_t max_size, std::uint64_t offset = 0);

}  // namespace glusterconsul
