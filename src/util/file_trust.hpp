#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "util/error.hpp"

// Decides by owner and mode which files are trusted, and which directories and symbolic links on
// the paths to them. Every error is kPermission and names `path`; `caller` is the effective user.
// Below /etc and /usr, where only root can put files, an unmapped owner counts as root.

namespace glusterconsul {

/// What fstat(2) reports about an open file, as far as it matters for trust.
struct FileFacts {
  uid_t owner = 0;  ///< on a FUSE file system of a user, that user
  mode_t mode = 0;  ///< type and permission bits
  /// The owner has no id in this user namespace (user_namespaces(7)): `owner` is a number that
  /// stands for all such users, including the machine's root.
  bool is_owner_unmapped = false;
  /// It really is below /etc or /usr, whatever links lead there, and no directory on the way is
  /// writable by others: only root can have put it there.
  bool is_in_system_directory = false;
};

/// Who, besides the owner, may read the file. Only the owner may write to it.
enum class Readers { kGroup, kAnybody };

/// Rejects a file that is not regular, that belongs to neither root nor `caller`, or whose mode
/// gives others (or the group) too much access. The error contains the owner or mode; its hint is
/// the chown or chmod that corrects it.
[[nodiscard]] std::optional<Error> judge_file(const FileFacts& facts, const std::string& path,
                                              uid_t caller, Readers readers);

/// The same for a directory whose files are all used: anybody may read it, but only its owner may
/// create files in it.
[[nodiscard]] std::optional<Error> judge_directory(const FileFacts& facts, const std::string& path,
                                                   uid_t caller);

/// The same for a directory whose files are each checked when they are read. If it is sticky, like
/// that of a Kubernetes volume, others may create files in it, since they cannot replace the
/// owner's files.
[[nodiscard]] std::optional<Error> judge_shared_directory(const FileFacts& facts,
                                                          const std::string& path, uid_t caller);

/// Whether a path may pass through this symbolic link or directory. Rejects a link that belongs to
/// neither root nor the caller, because it could make us read (and send to Consul) any of root's
/// files, and a world-writable directory without the sticky bit, in which anybody can replace the
/// file.
[[nodiscard]] std::optional<Error> judge_step(const FileFacts& facts, const std::string& path,
                                              uid_t caller);

/// The same for a file that is opened only once. Also rejects a directory that belongs to another
/// ordinary user, who could remove the file or replace it with an older one that belongs to root.
/// Directories of system accounts (util/system_account.hpp) are accepted: /etc/consul.d often
/// belongs to the user consul.
[[nodiscard]] std::optional<Error> judge_owned_step(const FileFacts& facts, const std::string& path,
                                                    uid_t caller);

/// judge_step() for a file that is used by its path: only root and the caller can change what an
/// accepted path leads to, so it is still the same file when the path is used. Also rejects a
/// directory that belongs to anybody else, and a group-writable one without the sticky bit.
[[nodiscard]] std::optional<Error> judge_fixed_step(const FileFacts& facts, const std::string& path,
                                                    uid_t caller);

}  // namespace glusterconsul
