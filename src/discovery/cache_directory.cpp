#include "discovery/cache_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "util/output.hpp"
#include "util/read_file.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul::discovery {
namespace {

constexpr std::size_t kMaxText = std::size_t{256} * 1024;

tl::unexpected<Error> failed(const std::string& path, std::string_view what, int problem) {
  const auto code = problem == ENOENT                       ? ErrorCode::kUnknown
                    : problem == EACCES || problem == EPERM ? ErrorCode::kPermission
                                                            : ErrorCode::kSystem;
  return fail(code, fmt::format("cannot {} {}: {}", what, path, errno_text(problem)));
}

/// Checks that it belongs to us alone, so that nobody else can have written what we read as root.
Result<void> check_ours(int fd, const std::string& path, mode_t type) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return failed(path, "inspect", errno);
  if ((status.st_mode & S_IFMT) != type || status.st_uid != identified_caller() ||
      (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(
        ErrorCode::kPermission,
        fmt::format("{} must belong to user {} and be writable by nobody else", path, ::geteuid()));
  }
  return {};
}

Result<UniqueFd> open_directory(const std::string& directory) {
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return failed(directory, "open", errno);
  TRY(check_ours(fd.get(), directory, S_IFDIR));
  return fd;
}

}  // namespace

Result<std::string> read_cache(const std::string& directory, const std::string& name) {
  TRY_ASSIGN(const auto opened, open_directory(directory));
  const std::string path = directory + "/" + name;
  const UniqueFd file(
      ::openat(opened.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) return failed(path, "open", errno);
  TRY(check_ours(file.get(), path, S_IFREG));
  auto text = read_file(file.get(), kMaxText + 1);
  if (!text) return with_context(text.error(), "reading " + path);
  if (text->size() > kMaxText) return failed(path, "read", EFBIG);
  return text;
}

Result<void> write_cache(const std::string& directory, const std::string& name,
                         std::string_view text) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return failed(directory, "create", errno);
  TRY_ASSIGN(const auto opened, open_directory(directory));
  const std::string path = directory + "/" + name;
  // Two concurrent mounts must not write to the same temporary file.
  const std::string temporary = fmt::format(".{}.{}", name, ::getpid());
  ::unlinkat(opened.get(), temporary.c_str(), 0);
  UniqueFd file(::openat(opened.get(), temporary.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return failed(path, "create", errno);
  auto written = write_all(file.get(), text);
  if (!written) written = with_context(written.error(), "writing " + path);
  if (written && ::renameat(opened.get(), temporary.c_str(), opened.get(), name.c_str()) != 0) {
    written = failed(path, "rename to", errno);
  }
  if (!written) ::unlinkat(opened.get(), temporary.c_str(), 0);
  return written;
}

void remove_cache(const std::string& directory, const std::string& name) {
  const auto opened = open_directory(directory);
  if (opened) ::unlinkat(opened->get(), name.c_str(), 0);
}

}  // namespace glusterconsul::discovery
