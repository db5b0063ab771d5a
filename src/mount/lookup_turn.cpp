#include "mount/lookup_turn.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "util/try.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul::mount {
namespace {

tl::unexpected<Error> failed(int problem) {
  const auto code = problem == EWOULDBLOCK ? ErrorCode::kUnavailable
                    : problem == ENOENT    ? ErrorCode::kUnknown
                                           : ErrorCode::kSystem;
  return fail(code, errno_text(problem));
}

/// Opens the directory, if nobody else can write to it.
Result<UniqueFd> open_ours(const std::string& path) {
  UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return failed(errno);
  struct stat status = {};
  if (::fstat(directory.get(), &status) != 0) return failed(errno);
  if (status.st_uid != identified_caller() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return failed(EPERM);
  }
  return directory;
}

}  // namespace

LookupTurn::LookupTurn(std::string directory, std::string name)
    : directory_(std::move(directory)), name_(std::move(name)) {}

LookupTurn::~LookupTurn() {
  end();
}

Result<UniqueFd> LookupTurn::lock() {
  if (::mkdir(directory_.c_str(), S_IRWXU) != 0 && errno != EEXIST) return failed(errno);
  TRY_ASSIGN(const auto directory, open_ours(directory_));
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd file(::openat(directory.get(), name_.c_str(), kFlags, S_IRUSR | S_IWUSR));
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return failed(errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return failed(errno);
  // The previous holder ended its turn after we opened the file.
  if (status.st_nlink == 0) return failed(ENOENT);
  return file;
}

bool LookupTurn::take() {
  constexpr int kMaxTries = 5;
  for (int i = 0; !locked_ && i < kMaxTries; ++i) {
    auto file = lock();
    if (file) {
      locked_ = *std::move(file);
    } else if (file.error().code == ErrorCode::kUnavailable) {
      return false;
    } else if (file.error().code != ErrorCode::kUnknown) {
      break;
    }
  }
  return true;
}

bool LookupTurn::is_over() const {
  const auto path = directory_ + "/" + name_;
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  // If we get the lock, it is released at once, with the descriptor.
  return !file || ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

void LookupTurn::end() {
  if (!locked_) return;
  const auto path = directory_ + "/" + name_;
  ::unlink(path.c_str());
  locked_.reset();
  ::rmdir(directory_.c_str());  // succeeds only after the last file
}

}  // namespace glusterconsul::mount
