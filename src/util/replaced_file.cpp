#include "util/replaced_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "util/output.hpp"
#include "util/read_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

tl::unexpected<Error> failed(std::string_view what, const std::string& path, int problem) {
  return fail(ErrorCode::kSystem,
              fmt::format("cannot {} {}: {}", what, shortened(path), errno_text(problem)));
}

/// What is at the path; none if it does not exist.
Result<std::optional<struct stat>> facts_of(int directory, const std::string& name,
                                            const std::string& path) {
  struct stat facts{};
  if (::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::optional<struct stat>();
    return failed("inspect", path, errno);
  }
  if (!S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::kPermission, fmt::format("{} is not a regular file", shortened(path)));
  }
  return std::optional<struct stat>(facts);
}

Result<void> write_to(int file, std::string_view text, const std::optional<struct stat>& old) {
  constexpr mode_t kDefault = 0644;
  TRY(write_all(file, text));
  if (old && (old->st_uid != ::geteuid() || old->st_gid != ::getegid()) &&
      ::fchown(file, old->st_uid, old->st_gid) != 0) {
    return fail(ErrorCode::kSystem, errno_text(errno));
  }
  if (::fchmod(file, old ? old->st_mode & 07777U : kDefault) != 0 || ::fsync(file) != 0) {
    return fail(ErrorCode::kSystem, errno_text(errno));
  }
  return {};
}

}  // namespace

Result<ReplacedFile> ReplacedFile::open(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    return fail(ErrorCode::kUsage, fmt::format("'{}' is not the path of a file", shortened(path)));
  }
  const auto directory = slash == std::string::npos ? "."
                         : slash == 0               ? "/"
                                                    : path.substr(0, slash);
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed("open", directory, errno);
  return ReplacedFile(fd, path, name);
}

Result<std::string> ReplacedFile::read(std::size_t max_size) const {
  TRY_ASSIGN(const auto facts, facts_of(directory_.get(), name_, path_));
  if (!facts) return "";
  const UniqueFd file(
      ::openat(directory_.get(), name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return failed("open", path_, errno);
  auto text = read_file(file.get(), max_size);
  if (!text) return with_context(text.error(), "reading " + shortened(path_));
  return text;
}

Result<void> ReplacedFile::replace(std::string_view text) const {
  TRY_ASSIGN(const auto old, facts_of(directory_.get(), name_, path_));
  const auto temporary = fmt::format(".{}.{}", name_, ::getpid());
  ::unlinkat(directory_.get(), temporary.c_str(), 0);
  const UniqueFd file(::openat(directory_.get(), temporary.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return failed("write", path_, errno);
  auto written = write_to(file.get(), text, old);
  if (!written) written = with_context(written.error(), "cannot write " + shortened(path_));
  if (written &&
      ::renameat(directory_.get(), temporary.c_str(), directory_.get(), name_.c_str()) != 0) {
    written = failed("rename to", path_, errno);
  }
  if (!written) ::unlinkat(directory_.get(), temporary.c_str(), 0);
  // The file has been replaced, whether or not the directory can be synced.
  if (written) ::fsync(directory_.get());
  return written;
}

bool ReplacedFile::is_pending() const {
  struct stat facts{};
  return ::fstatat(directory_.get(), pending_name().c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<void> ReplacedFile::set_pending() const {
  const UniqueFd file(::openat(directory_.get(), pending_name().c_str(),
                               O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return failed("write", pending_name(), errno);
  return {};
}

void ReplacedFile::clear_pending() const {
  ::unlinkat(directory_.get(), pending_name().c_str(), 0);
}

}  // namespace glusterconsul
