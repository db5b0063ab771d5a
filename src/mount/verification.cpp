#include "mount/verification.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "util/child.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// Runs in the child, with async-signal-safe calls only (signal-safety(7)). The exit status is the
/// errno: Linux has none above 133. No descriptor except that of the directory is kept, so that a
/// child that is stuck in the kernel does not hold the caller's pipe open.
[[noreturn]] void ask(int directory, const char* target) {
  const bool by_descriptor = directory >= 0;
  if (by_descriptor) ::dup2(directory, 0);
  ::syscall(SYS_close_range, by_descriptor ? 1U : 0U, ~0U, 0U);
  struct statfs answer = {};
  const int result = by_descriptor ? ::fstatfs(0, &answer) : ::statfs(target, &answer);
  ::_exit(result == 0 ? 0 : errno);
}

Result<void> ask_in_child(int directory, const std::string& target, const Context& context) {
  const auto asking = [&] {
    return fmt::format("checking the file system at {}", shortened(target));
  };
  const pid_t pid = ::fork();
  if (pid < 0) {
    return with_context(Error{ErrorCode::kSystem, errno_text(errno)}, asking());
  }
  if (pid == 0) ask(directory, target.c_str());
  Child child(pid);
  const auto ended = child.wait(context.deadline, context.cancel);
  if (!ended) {
    Error why = ended.error();
    if (why.code == ErrorCode::kTimedOut) why.message = "timed out";
    return with_context(std::move(why), asking());
  }
  if (ended->success()) return {};
  const auto why = ended->status ? errno_text(*ended->status) : to_string(*ended);
  const bool is_cut_off = ended->status == ENOTCONN;
  return fail(is_cut_off ? ErrorCode::kUnreachable : ErrorCode::kMountFailed,
              fmt::format("{}: {}", asking(), why));
}

/// Whether the kernel knows every component of the path already, so that looking it up waits for no
/// file system (openat2(2), Linux 5.12). False if it cannot tell.
bool is_path_cached(const std::string& path) {
  constexpr std::uint64_t kResolveCached = 0x20;  // RESOLVE_CACHED, which older headers lack
  open_how how = {};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = kResolveCached;
  return static_cast<bool>(
      UniqueFd(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how))));
}

/// The child of path_responds(), like that of ask(). Looks up every component of the path.
[[noreturn]] void open_path(const char* path) {
  ::syscall(SYS_close_range, 0U, ~0U, 0U);
  static_cast<void>(::open(path, O_PATH | O_CLOEXEC));
  ::_exit(0);
}

}  // namespace

Result<void> path_responds(const std::string& path, const Context& context) {
  /// Longer than a disk takes to spin up.
  constexpr milliseconds kOpens{20'000};
  if (is_path_cached(path)) return {};  // a child costs half a millisecond
  const pid_t pid = ::fork();
  if (pid < 0) {
    return fail(ErrorCode::kSystem,
                fmt::format("target {}: {}", shortened(path), errno_text(errno)));
  }
  if (pid == 0) open_path(path.c_str());
  Child child(pid);
  const auto ended = child.wait(context.sooner(kOpens).deadline, context.cancel);
  if (ended) return {};
  child.kill();
  if (ended.error().code != ErrorCode::kTimedOut) return fail(ended.error());
  return fail(ErrorCode::kMountFailed,
              fmt::format("target {}: a file system in its path does not respond", shortened(path)),
              "repair that file system, or detach it with umount -l");
}

Result<void> answers(const std::string& target, const Context& context) {
  return ask_in_child(-1, target, context);
}

Result<void> answers(const UniqueFd& directory, const std::string& target, const Context& context) {
  return ask_in_child(directory.get(), target, context);
}

}  // namespace glusterconsul::mount
