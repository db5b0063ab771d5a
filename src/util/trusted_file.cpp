#include "util/trusted_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "util/free_with.hpp"
#include "util/path_walk.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul {
namespace {

constexpr std::size_t kMaxNames = 10'000;

using OpenDirectory = std::unique_ptr<DIR, FreeWith<::closedir>>;

tl::unexpected<Error> failed(ErrorCode code, const std::string& path, std::string_view why) {
  return fail(code, fmt::format("{}: {}", path, why));
}

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::kSystem;
    default:
      return ErrorCode::kUnreadable;
  }
}

Result<std::string> read_all(const UniqueFd& file, const std::string& path, std::size_t max_size) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const auto count = ::read(file.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(code_of(errno), path, errno_text(errno));
    if (count == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
    if (text.size() > max_size) {
      return failed(ErrorCode::kUsage, path, fmt::format("larger than {} KiB", max_size / 1024));
    }
  }
}

/// Opens the file that the path leads to; no descriptor if it does not exist and `missing` allows
/// that.
Result<UniqueFd> open_judged(const std::string& path, Readers readers, Missing missing) {
  if (!path.starts_with('/')) return failed(ErrorCode::kUsage, path, "not an absolute path");
  if (path.find('\0') != std::string::npos) {
    return failed(ErrorCode::kUsage, path, "contains a NUL character");
  }
  const auto judge = [](const FileFacts& facts, const std::string& whole) {
    return judge_owned_step(facts, whole, ::geteuid());
  };
  // O_NONBLOCK: a FIFO must not block us before it is judged.
  auto opened = open_judged_path(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, judge);
  if (opened.refusal) return fail(*std::move(opened.refusal));
  if (!opened.fd) {
    if (opened.problem == ENOENT && missing == Missing::kIsEmpty) return UniqueFd();
    return failed(code_of(opened.problem), path, errno_text(opened.problem));
  }
  if (auto refusal = judge_file(opened.facts, path, ::geteuid(), readers)) {
    return fail(*std::move(refusal));
  }
  return std::move(opened.fd);
}

/// Opens a path if judge_fixed_step() accepts each of its steps.
Opened open_fixed(const std::string& path) {
  const auto judge = [](const FileFacts& facts, const std::string& whole) {
    return judge_fixed_step(facts, whole, ::geteuid());
  };
  return open_judged_path(path, O_PATH, judge);
}

/// Whether an entry of a directory in which others can create files may be one of theirs.
bool is_foreign(int directory, const char* name) {
  struct stat status{};
  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return true;
  const bool has_other_names = S_ISREG(status.st_mode) && status.st_nlink > 1;
  const bool is_ours = status.st_uid == 0 || status.st_uid == ::geteuid();
  return !is_ours || is_unmapped(status.st_uid) || has_other_names;
}

/// The names in an open directory. readdir(3) reports an error only through errno.
Result<DirectoryNames> names_in(DIR* directory, const std::string& path, bool is_shared) {
  constexpr std::size_t kMaxRead = 1'000'000;
  constexpr std::size_t kMaxForeign = 1000;
  DirectoryNames names;
  for (std::size_t read = 0;; ++read) {
    errno = 0;
    const dirent* entry =
        ::readdir(directory);  // NOLINT(concurrency-mt-unsafe): the stream is ours
    if (entry == nullptr && errno != 0) return failed(code_of(errno), path, errno_text(errno));
    if (entry == nullptr) return names;
    if (read == kMaxRead || names.trusted.size() == kMaxNames) {
      return failed(ErrorCode::kUsage, path,
                    fmt::format("more than {} entries",
                                names.trusted.size() == kMaxNames ? kMaxNames : kMaxRead));
    }
    const char* name = &entry->d_name[0];
    if (!is_shared || !is_foreign(::dirfd(directory), name)) {
      names.trusted.emplace_back(name);
    } else if (names.foreign.size() < kMaxForeign) {
      names.foreign.emplace_back(name);
    }
  }
}

/// Checks an entry of a certificate directory. An entry that is not a regular file is accepted,
/// because it is not read, but a dangling link must not lead to a place where anybody can create a
/// file.
Result<void> check_certificate(const std::string& path) {
  bool is_parent_open = false;
  const auto judge = [&](const FileFacts& facts, const std::string& whole) {
    if (S_ISDIR(facts.mode)) is_parent_open = (facts.mode & S_IWOTH) != 0;
    return judge_fixed_step(facts, whole, ::geteuid());
  };
  auto opened = open_judged_path(path, O_PATH, judge);
  if (opened.refusal) return fail(*std::move(opened.refusal));
  if (!opened.fd && is_parent_open) {
    return failed(ErrorCode::kPermission, path, "a link to a missing file that anyone can create");
  }
  if (!opened.fd) return {};
  if (!S_ISREG(opened.facts.mode)) return {};
  if (auto refusal = judge_file(opened.facts, path, ::geteuid(), Readers::kAnybody)) {
    return fail(*std::move(refusal));
  }
  return {};
}

}  // namespace

Result<std::string> read_trusted_file(const std::string& path, Readers readers,
                                      std::size_t max_size, Missing missing) {
  TRY_ASSIGN(const auto file, open_judged(path, readers, missing));
  return file ? read_all(file, path, max_size) : std::string();
}

Result<UniqueFd> open_trusted_file(const std::string& path, Readers readers) {
  return open_judged(path, readers, Missing::kIsAnError);
}

Result<void> check_program(const std::string& path) {
  auto opened = open_fixed(path);
  if (opened.refusal) return fail(*std::move(opened.refusal));
  if (!opened.fd) {
    return fail(ErrorCode::kSystem,
                fmt::format("cannot run {}: {}", path, errno_text(opened.problem)));
  }
  if (auto refusal = judge_file(opened.facts, path, ::geteuid(), Readers::kAnybody)) {
    return fail(*std::move(refusal));
  }
  return {};
}

Result<void> check_certificate_directory(const std::string& path) {
  auto opened = open_fixed(path);
  if (opened.refusal) return fail(*std::move(opened.refusal));
  if (!opened.fd) return failed(code_of(opened.problem), path, errno_text(opened.problem));
  if (auto refusal = judge_directory(opened.facts, path, ::geteuid())) {
    return fail(*std::move(refusal));
  }
  const OpenDirectory directory(::opendir(path.c_str()));
  if (!directory) return failed(code_of(errno), path, errno_text(errno));
  TRY_ASSIGN(const auto names, names_in(directory.get(), path, /*is_shared=*/false));
  for (const auto& name : names.trusted) {
    TRY(check_certificate(fmt::format("{}/{}", path, name)));
  }
  return {};
}

Result<UniqueFd> open_socket_path(const std::string& path,
                                  const std::function<bool(uid_t)>& may_own) {
  const auto judge = [&](const FileFacts& facts, const std::string& whole) -> std::optional<Error> {
    if (auto refusal = judge_step(facts, whole, ::geteuid())) return refusal;
    if (S_ISDIR(facts.mode) && !may_own(facts.owner)) {
      return Error{
          ErrorCode::kPermission,
          fmt::format("{}: inside a directory owned by user {}, who could replace the socket",
                      whole, facts.owner)};
    }
    return std::nullopt;
  };
  auto opened = open_judged_path(path, O_PATH, judge);
  if (opened.refusal) return fail(*std::move(opened.refusal));
  if (!opened.fd) return fail(ErrorCode::kUnreachable, errno_text(opened.problem));
  if (!S_ISSOCK(opened.facts.mode)) {
    return fail(ErrorCode::kUsage, fmt::format("{} is not a socket", path));
  }
  return std::move(opened.fd);
}

Result<DirectoryNames> names_in_trusted_directory(const std::string& path, Missing missing) {
  // Each file is judged with its whole path when it is read.
  const auto judge = [](const FileFacts&, const std::string&) { return std::optional<Error>(); };
  const auto opened = open_judged_path(path, O_PATH, judge);
  if (!opened.fd) {
    if (opened.problem == ENOENT && missing == Missing::kIsEmpty) return DirectoryNames();
    return failed(code_of(opened.problem), path, errno_text(opened.problem));
  }
  if (auto refusal = judge_shared_directory(opened.facts, path, ::geteuid())) {
    return fail(*std::move(refusal));
  }
  UniqueFd readable(::openat(opened.fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const OpenDirectory directory(readable ? ::fdopendir(readable.get()) : nullptr);
  if (!directory) return failed(code_of(errno), path, errno_text(errno));
  static_cast<void>(readable.release());  // closedir(3) closes it
  const bool is_shared = (opened.facts.mode & (S_IWGRP | S_IWOTH)) != 0;
  return names_in(directory.get(), path, is_shared);
}

}  // namespace glusterconsul
