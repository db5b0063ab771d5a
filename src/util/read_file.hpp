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

/// Reads at most `max_size` bytes of the file at `path`. Empty if there is no such file, it cannot
/// be read, or it is not a regular file: a FIFO must not block us.
[[nodiscard]] std::string read_regular_file(const std::string& path, std::size_t max_size);

}  // namespace glusterconsul
