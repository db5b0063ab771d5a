#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "util/error.hpp"

// Which files, and which directories and links on the way to them, are trusted, by their owner and
// mode. Every error is kPermission and names `path`; `caller` is the effective user. Below /etc and
// /usr, where only root can put files, an owner who is unmapped counts as root.

namespace glusterconsul {

/// What fstat(2) says of an opened file, as far as it decides.
struct FileFacts {
  uid_t owner = 0;
  mode_t mode = 0;  ///< type and permission bits
  /// The owner has no id in the user namespace that we are in (user_namespaces(7)), so that `owner`
  /// is a number that stands for all such users, the machine's root among them.
  bool is_owner_unmapped = false;
};

/// Who else than the owner may read the file. Nobody else may write to it.
enum class Readers { kGroup, kAnybody };

/// Rejects what is not a regular file, belongs to neither root nor `caller`, or has a mode that
/// lets others (or the group) do more than they may; with the owner or mode, and the chown or chmod
/// that corrects it.
[[nodiscard]] std::optional<Error> judge_file(const FileFacts& facts, const std::string& path,
                                              uid_t caller, Readers readers);

/// The same for a directory of which all files are used: anybody may read it, and nobody but its
/// owner may put a file into it.
[[nodiscard]] std::optional<Error> judge_directory(const FileFacts& facts, const std::string& path,
                                                   uid_t caller);

/// The same for a directory of which each file is judged when it is read. Others may put files into
/// it if it is sticky, as that of a Kubernetes volume is: they cannot replace those of its owner.
[[nodiscard]] std::optional<Error> judge_shared_directory(const FileFacts& facts,
                                                          const std::string& path, uid_t caller);

/// Whether a path may lead over this symbolic link or directory. Rejects a link that belongs to
/// neither root nor the caller, which could make us read (and send to Consul) any file of root's,
/// and a directory in which everybody can replace the right file (unless it is sticky).
[[nodiscard]] std::optional<Error> judge_step(const FileFacts& facts, const std::string& path,
                                              uid_t caller);

/// The same for a file that is opened once: also rejects a directory of another ordinary user, who
/// could take the file away or replace it by an older one of root's. Directories of system accounts
/// (util/system_account.hpp) are accepted: /etc/consul.d is often consul's.
[[nodiscard]] std::optional<Error> judge_owned_step(const FileFacts& facts, const std::string& path,
                                                    uid_t caller);

/// judge_step() for what is used by its path: only root and the caller can change what such a path
/// leads to, so it is still there when the path is used. Also rejects a directory of anybody else,
/// and one that its group can change (unless it is sticky).
[[nodiscard]] std::optional<Error> judge_fixed_step(const FileFacts& facts, const std::string& path,
                                                    uid_t caller);

}  // namespace glusterconsul
