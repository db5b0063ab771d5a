#pragma once

#include <string_view>

#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul {

/// Writes the whole text to a descriptor, in as many write(2) calls as necessary. kSystem, with the
/// description of the errno, if that fails.
[[nodiscard]] Result<void> write_all(int fd, std::string_view text);

/// Writes a message to standard error. If the reader of the pipe or the terminal accepts nothing
/// for `limit`, the rest is dropped, and so are further messages, at once, until it accepts
/// something: a mount neither fails nor waits because nobody reads its messages.
void write_message(std::string_view text, milliseconds limit = milliseconds(5000));

/// write_all() to standard output, for the output that the user asked for. It is not an error
/// if the reader, such as head(1), has closed the pipe. SIGPIPE must be ignored.
[[nodiscard]] Result<void> print(std::string_view text);

}  // namespace glusterconsul
