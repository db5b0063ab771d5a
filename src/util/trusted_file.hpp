#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/file_trust.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// Whether a missing file or directory is an error, or as good as an empty one.
enum class Missing { kIsAnError, kIsEmpty };

/// Reads a file whole, at most `max_size` bytes. The path is absolute; symbolic links are
/// followed if judge_step() accepts them, and what they lead to is judged by judge_file() with
/// the effective user as the caller. kUsage if the file is larger, or missing and that is an
/// error; kPermission as judge_file() describes.
[[nodiscard]] Result<std::string> read_trusted_file(const std::string& path, Readers readers,
                                                    std::size_t max_size, Missing missing);

/// The names in a directory that judge_shared_directory() accepts, in no order; at most 10,000.
[[nodiscard]] Result<std::vector<std::string>> names_in_trusted_directory(const std::string& path,
                                                                          Missing missing);

/// Opens a file for a library that takes a path: /proc/self/fd/N is this very file, whatever is
/// put in its place meanwhile. Followed and judged as by read_trusted_file(). A missing file is
/// kUsage.
[[nodiscard]] Result<UniqueFd> open_trusted_file(const std::string& path, Readers readers);

/// Whether only root and the caller can change the program at this path: judge_fixed_step() for
/// each step, judge_file() for itself. It may be a script, so it must be run by its path.
/// kSystem if it is not there: somebody could create it before it is run.
[[nodiscard]] Result<void> check_program(const std::string& path);

/// The same for a directory of certificates and for each file in it, and what its links lead to.
/// TLS libraries look names up in it, so it is used by its path. A link that leads nowhere is
/// not an error, unless everybody can create what it leads to.
[[nodiscard]] Result<void> check_certificate_directory(const std::string& path);

/// The Unix socket at the end of a path, opened with O_PATH: connecting to
/// /proc/self/fd/N reaches this socket whatever is put in its place meanwhile. The path is
/// followed as judge_step() says; `may_own` must accept the owner of each of its directories, who
/// could put another socket there. kPermission names the path; kUnreachable
/// with the errno's text if nothing is there, kUsage if it is not a socket.
[[nodiscard]] Result<UniqueFd> open_socket_path(const std::string& path,
                                                const std::function<bool(uid_t)>& may_own);

}  // namespace glusterconsul
