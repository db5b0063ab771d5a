#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/secret.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::consul {

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

/// Opens a file for a library that takes a path: /proc/self/fd/N is this very file, whatever is
/// put in its place meanwhile. Followed and judged as read_token_file() does it, with these
/// readers. A missing file is kUsage.
[[nodiscard]] Result<UniqueFd> open_trusted_file(const std::string& path, Readers readers);

/// Whether only root and the caller can change the program at this path: judge_fixed_step() for
/// each step, judge_file() for itself. It may be a script, so it must be run by its path.
/// kSystem if it is not there: somebody could create it before it is run.
[[nodiscard]] Result<void> check_program(const std::string& path);

/// The same for a directory of certificates and for each file in it, and what its links lead to.
/// TLS libraries look names up in it, so it is used by its path. A link that leads nowhere is
/// not an error, unless everybody can create what it leads to.
[[nodiscard]] Result<void> check_certificate_directory(const std::string& path);

/// Whether a text can be an ACL token: 1 to 4096 letters, digits and `-._~+/=`. Consul's own
/// are UUIDs; `initial_management` may be chosen freely, also as base64. The first line of
/// shadow(5), of a PEM file and of a script is not one.
[[nodiscard]] bool is_token(std::string_view text);

/// Reads a token from a file: its first line, without blanks at the ends. The
/// path is absolute; symbolic links are followed where judge_owned_step() lets them, and
/// what they lead to is judged: a regular file of root's or of the caller's (effective user),
/// readable at most by its group, writable by its owner only; else kPermission as judge_file()
/// says. At most 64 KiB; a line that is_token() rejects is kUsage, and so is a missing file.
[[nodiscard]] Result<Secret> read_token_file(const std::string& path);

/// The Unix socket at the end of a path, opened with O_PATH: connecting to
/// /proc/self/fd/N reaches this socket whatever is put in its place meanwhile. The path is
/// followed as judge_step() says; none of its directories may belong to a user who is
/// neither root, the caller, a system account nor `agent_user` (consul/agent_trust.hpp):
/// that user could put another socket there. kPermission names the path; kUnreachable
/// with the errno's text if nothing is there, kUsage if it is not a socket.
[[nodiscard]] Result<UniqueFd> open_socket_path(const std::string& path,
                                                std::optional<uid_t> agent_user);

/// What becomes of a file or folder that is not there.
enum class Missing { kIsAnError, kIsEmpty };

/// Reads a conf file whole (at most 1 MiB), readable by anybody, else as
/// read_token_file(). A missing file is kUsage or an empty text.
[[nodiscard]] Result<std::string> read_conf_text(const std::string& path, Missing missing);

/// The paths of the conf files in a folder: names that end in ".conf" and do not
/// begin with a dot, ordered by their bytes, as `LC_ALL=C ls` shows them. The
/// folder is judged as judge_folder() says; a missing one has no files. kUsage
/// where it holds more than 100 such files, or more than 10,000 names.
[[nodiscard]] Result<std::vector<std::string>> list_conf_folder(const std::string& path);

}  // namespace glusterconsul::consul
