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

/// Whether a missing file or directory is an error or counts as an empty one.
enum class Missing { kIsAnError, kIsEmpty };

/// Reads a whole file of at most `max_size` bytes. The path must be absolute; judge_owned_step()
/// must accept each directory and symbolic link on it, and judge_file() the file itself, with the
/// effective user as the caller. kUnreadable if it cannot be opened or read, or is missing and that
/// is an error; kUsage if it is larger; kPermission if one of the two functions rejects it.
[[nodiscard]] Result<std::string> read_trusted_file(const std::string& path, Readers readers,
                                                    std::size_t max_size, Missing missing);

/// The names in a directory, in no particular order.
struct DirectoryNames {
  std::vector<std::string> trusted;
  /// If others can create files in the directory: entries that they may have created, since they
  /// belong to neither root nor the caller, or have another name too (link(2)). At most 1,000.
  std::vector<std::string> foreign = {};
};

/// The names in a directory that judge_shared_directory() accepts; at most 10,000 trusted ones.
[[nodiscard]] Result<DirectoryNames> names_in_trusted_directory(const std::string& path,
                                                                Missing missing);

/// Opens a file for a library that needs a path: /proc/self/fd/N is this very file, even if another
/// one is put in its place in the meantime. The path and the file are judged as by
/// read_trusted_file(). A missing file is kUnreadable.
[[nodiscard]] Result<UniqueFd> open_trusted_file(const std::string& path, Readers readers);

/// Checks that only root and the caller can change the program at this path: judge_fixed_step() for
/// each step, judge_file() for the program itself. It may be a script, so it must be run by its
/// path. kSystem if it does not exist: somebody could create it before it is run.
[[nodiscard]] Result<void> check_program(const std::string& path);

/// The same for a directory of certificates, the files in it, and the targets of its links. TLS
/// libraries look up names in it, so it is used by its path. A dangling link is not an error unless
/// anybody can create its target.
[[nodiscard]] Result<void> check_certificate_directory(const std::string& path);

/// Opens the Unix socket at the end of a path with O_PATH: connecting to /proc/self/fd/N reaches
/// this socket even if another one is put in its place in the meantime. judge_step() must accept
/// each step of the path, and `may_own` the owner of each directory on it, who could put another
/// socket there; otherwise kPermission, with the path. kUnreachable, with the description of the
/// errno, if it cannot be opened; kUsage if it is not a socket.
[[nodiscard]] Result<UniqueFd> open_socket_path(const std::string& path,
                                                const std::function<bool(uid_t)>& may_own);

}  // namespace glusterconsul
