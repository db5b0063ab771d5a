#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// A position in a log file, recorded before an attempt so that what the attempt logged can be read
/// after it.
struct LogPosition {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;  ///< 0: the file did not exist
  std::uint64_t size = 0;
};

[[nodiscard]] LogPosition log_position(const std::string& path);

/// What was logged after `from`, at most the last `max_size` bytes; from the start if the file was
/// replaced or truncated. Empty if there is nothing, or if the file is not regular or cannot be
/// read: a missing log never fails a mount.
[[nodiscard]] std::string log_since(const std::string& path, const LogPosition& from,
                                    std::size_t max_size = std::size_t{64} * 1024);

/// The messages of the error (E) and critical (C, A, M) lines of gluster's log format `[time] E
/// [MSGID: n] [file:line:function] domain: message`, without time, source location and duplicates,
/// at most `max_count` of them: causes first, then what gluster logs as their consequence ("Server
/// authentication failed"), each in the order of the log. If there are no such lines, the warnings,
/// and "Exhausted all volfile servers", which gluster logs only as information. How the client was
/// ended ("received signum (15)") is skipped: the caller may have sent the signal.
[[nodiscard]] std::vector<std::string> log_errors(std::string_view text, std::size_t max_count = 3);

/// Whether the log shows that a brick was reached and rejected the client (its address, its
/// certificate, a missing subdirectory), which is a permanent error.
[[nodiscard]] bool shows_refusal(std::string_view text);

/// The number of bricks that the client has connected to, according to its log: docs/facts.md,
/// "Client's log of its bricks". Less, down to 0, if the log level suppresses information.
[[nodiscard]] std::size_t attached_bricks(std::string_view text);

}  // namespace glusterconsul::gluster
