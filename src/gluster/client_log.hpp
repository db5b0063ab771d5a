#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// A place in a log file, taken before an attempt, so that what the attempt
/// added can be read after it.
struct LogPosition {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;  ///< 0: the file did not exist
  std::uint64_t size = 0;
};

[[nodiscard]] LogPosition log_position(const std::string& path);

/// What came after `from`, at most the last `max_size` bytes; from the start if the file was
/// replaced or truncated. Empty if there is nothing, or if it is not a regular file that can be
/// read: a missing log never fails a mount.
[[nodiscard]] std::string log_since(const std::string& path, const LogPosition& from,
                                    std::size_t max_size = std::size_t{64} * 1024);

/// The messages of the error (E) and critical (C, A, M) lines of gluster's log
/// format `[time] E [MSGID: n] [file:line:function] domain: message`, without time,
/// place and repetition, at most `max_count` of them: causes first, then
/// what gluster logs as a consequence of them ("Server authentication failed"),
/// each in the order of the log. If there are no such lines, warnings, and
/// "Exhausted all volfile servers", which gluster logs only as information. How the
/// client ended ("received signum (15)") is skipped: the caller may have done it.
[[nodiscard]] std::vector<std::string> log_errors(std::string_view text, std::size_t max_count = 3);

/// Whether a brick was reached and refused the client (its address, its certificate, a
/// sub-directory that is not there): that does not pass by itself.
[[nodiscard]] bool tells_of_refusal(std::string_view text);

}  // namespace glusterconsul::gluster
