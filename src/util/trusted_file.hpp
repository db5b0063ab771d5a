#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// What fstat(2) says of an opened file, as far as it decides.
struct FileFacts {
  uid_t owner = 0;
  mode_t mode = 0;  ///< type and permission bits
};

/// Who else than the owner may read the file. Nobody else may write to it.
enum class Readers { kGroup, kAnybody };

/// kPermission where the file is no regular file, belongs to neither root nor
/// `caller`, or has a mode that lets others (or the group) do more than they may;
/// with the path, the owner or mode, and the chown or chmod that mends it.
[[nodiscard]] std::optional<Error> judge_file(const FileFacts& facts, const std::string& path,
                                              uid_t caller, Readers readers);

/// The same for a folder that conf files are taken from: anybody may read it, and
/// nobody but its owner may put a file into it.
[[nodiscard]] std::optional<Error> judge_folder(const FileFacts& facts, const std::string& path,
                                                uid_t caller);

/// Whether a path may lead over this symbolic link or folder: kPermission for a
/// link of neither root's nor the caller's, which could make us read (and send to
/// Consul) any file of root's, and for a folder in which everybody may put another
/// file in the place of the right one (not where it is sticky).
[[nodiscard]] std::optional<Error> judge_step(const FileFacts& facts, const std::string& path,
                                              uid_t caller);

/// The same for a file that is opened once: kPermission also for a directory of another ordinary
/// user, who could take the file away or put an older one of root's in its place. Directories of
/// system accounts (util/system_account.hpp) are accepted: /etc/consul.d is often consul's.
[[nodiscard]] std::optional<Error> judge_owned_step(const FileFacts& facts, const std::string& path,
                                                    uid_t caller);

/// judge_step() for what is used by its path: what stands at the end of a path of such steps can be
/// changed only by root and the caller, so it is still there when the path is used. So
/// kPermission also for a directory of anybody else's, and for one that its group can change
/// (unless it is sticky).
[[nodiscard]] std::optional<Error> judge_fixed_step(const FileFacts& facts, const std::string& path,
                                                    uid_t caller);

/// Whether a missing file or directory is an error, or as good as an empty one.
enum class Missing { kIsAnError, kIsEmpty };

/// Reads a file whole, at most `max_size` bytes. The path is absolute; symbolic links are
/// followed if judge_step() accepts them, and what they lead to is judged by judge_file() with
/// the effective user as the caller. kUsage if the file is larger, or missing and `missing` says
/// so; kPermission as judge_file() says.
[[nodiscard]] Result<std::string> read_trusted_file(const std::string& path, Readers readers,
                                                    std::size_t max_size, Missing missing);

/// The names in a directory that judge_folder() accepts, in no order; at most 10,000.
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
