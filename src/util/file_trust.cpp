#include "util/file_trust.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "util/system_account.hpp"
#include "util/text.hpp"

namespace glusterconsul {
namespace {

constexpr mode_t kPermissionBits = 07777;

Error refused(const std::string& path, const std::string& why, std::string hint = {}) {
  return {ErrorCode::kPermission, fmt::format("{}: {}", path, why), std::move(hint)};
}

bool is_roots_or_callers(const FileFacts& facts, uid_t caller) {
  if (facts.is_owner_unmapped) return facts.is_in_system_directory;
  return facts.owner == 0 || facts.owner == caller;
}

std::optional<Error> judge_owner_and_mode(const FileFacts& facts, const std::string& path,
                                          uid_t caller, Readers readers) {
  if (!is_roots_or_callers(facts, caller)) {
    return refused(
        path, fmt::format("owned by user {}, who is neither root nor the caller", facts.owner),
        fmt::format("if its content is right, run chown root {}; if Consul's agent uses the "
                    "file too, copy it to /etc/glusterconsul instead",
                    shell_quote(path)));
  }
  const bool is_public = readers == Readers::kAnybody;
  const mode_t forbidden = S_IWGRP | S_IWOTH | (is_public ? 0U : S_IROTH);
  if ((facts.mode & forbidden) != 0) {
    return refused(
        path,
        fmt::format("mode {:04o} allows others to {} it", facts.mode & kPermissionBits,
                    (facts.mode & S_IROTH & forbidden) != 0 ? "read" : "change"),
        fmt::format("run chmod {} {}", is_public ? "go-w" : "g-w,o-rw", shell_quote(path)));
  }
  return std::nullopt;
}

Error replaceable_by(uid_t user, const std::string& path) {
  return refused(path,
                 fmt::format("a parent directory belongs to user {}, who could replace the file",
                             describe_user(user)));
}

}  // namespace

std::optional<Error> judge_file(const FileFacts& facts, const std::string& path, uid_t caller,
                                Readers readers) {
  if (!S_ISREG(facts.mode)) {
    return refused(path, "not a regular file");
  }
  return judge_owner_and_mode(facts, path, caller, readers);
}

std::optional<Error> judge_directory(const FileFacts& facts, const std::string& path,
                                     uid_t caller) {
  if (!S_ISDIR(facts.mode)) return refused(path, "not a directory");
  return judge_owner_and_mode(facts, path, caller, Readers::kAnybody);
}

std::optional<Error> judge_shared_directory(const FileFacts& facts, const std::string& path,
                                            uid_t caller) {
  FileFacts as_if_owners = facts;
  if (S_ISDIR(facts.mode) && (facts.mode & S_ISVTX) != 0) {
    as_if_owners.mode &= ~static_cast<mode_t>(S_IWGRP | S_IWOTH);
  }
  return judge_directory(as_if_owners, path, caller);
}

std::optional<Error> judge_step(const FileFacts& facts, const std::string& path, uid_t caller) {
  if (S_ISLNK(facts.mode) && !is_roots_or_callers(facts, caller)) {
    return refused(
        path,
        fmt::format(
            "reached through a symbolic link owned by user {}, who is neither root nor the caller",
            facts.owner),
        "specify the file itself");
  }
  const bool anybody_may_replace = (facts.mode & S_IWOTH) != 0 && (facts.mode & S_ISVTX) == 0;
  if (S_ISDIR(facts.mode) && anybody_may_replace) {
    return refused(path, "inside a world-writable directory", "run chmod o-w on that directory");
  }
  return std::nullopt;
}

std::optional<Error> judge_owned_step(const FileFacts& facts, const std::string& path,
                                      uid_t caller) {
  if (auto refusal = judge_step(facts, path, caller)) return refusal;
  if (!S_ISDIR(facts.mode) || is_roots_or_callers(facts, caller) ||
      is_system_account(facts.owner)) {
    return std::nullopt;
  }
  return replaceable_by(facts.owner, path);
}

std::optional<Error> judge_fixed_step(const FileFacts& facts, const std::string& path,
                                      uid_t caller) {
  if (auto refusal = judge_step(facts, path, caller)) return refusal;
  if (!S_ISDIR(facts.mode)) return std::nullopt;
  if (!is_roots_or_callers(facts, caller)) return replaceable_by(facts.owner, path);
  if ((facts.mode & S_IWGRP) != 0 && (facts.mode & S_ISVTX) == 0) {
    return refused(path, "a parent directory is writable by its group",
                   "run chmod g-w on that directory");
  }
  return std::nullopt;
}

}  // namespace glusterconsul
