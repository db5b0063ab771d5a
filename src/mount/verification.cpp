#include "mount/verification.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "util/isolated_call.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// Runs in the child, with async-signal-safe calls only. The exit status is the errno: Linux has
/// none above 133.
int ask(bool by_descriptor, const char* target) {
  struct statfs answer = {};
  const int result =
      by_descriptor ? ::fstatfs(IsolatedCall::kKept, &answer) : ::statfs(target, &answer);
  return result == 0 ? 0 : errno;
}

Result<void> ask_in_child(int directory, const std::string& target, const Context& context) {
  const auto asking = [&] {
    return fmt::format("checking the file system at {}", shortened(target));
  };
  auto call = IsolatedCall::start([&] { return ask(directory >= 0, target.c_str()); },
                                  IsolatedCall::Output::kNone, directory);
  if (!call) return with_context(call.error(), asking());
  const auto ended = call->wait(context.deadline, context.cancel);
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

/// Runs in the child of path_responds(). Looks up every component of the path.
int open_path(const char* path) {
  static_cast<void>(::open(path, O_PATH | O_CLOEXEC));
  return 0;
}

}  // namespace

Result<void> path_responds(const std::string& path, const Context& context) {
  /// Longer than a disk takes to spin up.
  constexpr milliseconds kOpens{20'000};
  if (is_path_cached(path)) return {};  // a child costs half a millisecond
  auto call = IsolatedCall::start([&] { return open_path(path.c_str()); });
  if (!call) return with_context(call.error(), fmt::format("target {}", shortened(path)));
  const auto ended = call->wait(context.sooner(kOpens).deadline, context.cancel);
  if (ended) return {};
  call->kill();
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
