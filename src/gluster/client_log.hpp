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

/// What came behind `from`, at most the last `most` bytes; from the start where
/// the file was replaced or cut. Empty where there is nothing, or where it is no
/// regular file that can be read: a missing log never fails a mount.
[[nodiscard]] std::string log_since(const std::string& path, const LogPosition& from,
                                    std::size_t most = std::size_t{64} * 1024);

/// The messages of the error (E) and critical (C, A, M) lines of gluster's log
/// format `[time] E [MSGID: n] [file:line:function] domain: message`, without time,
/// place and repetition, at most `most` of them, printable: causes first, then
/// what gluster says as a consequence of them ("Server authentication failed"),
/// each in the order of the log. Where there are no such lines, warnings, and
/// "Exhausted all volfile servers", which gluster only tells as information. How the
/// client ended ("received signum (15)") is left out: the caller may have done it.
[[nodiscard]] std::vector<std::string> log_errors(std::string_view text, std::size_t most = 3);

/// Whether a brick was reached and refused the client (its address, its certificate, a
/// sub-directory that is not there): that does not pass by itself.
[[nodiscard]] bool tells_of_refusal(std::string_view text);

}  // namespace glusterconsul::gluster
