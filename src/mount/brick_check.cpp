#include "mount/brick_check.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "gluster/local_bricks.hpp"
#include "util/child.hpp"
#include "util/output.hpp"
#include "util/read_file.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

/// Longer than a disk takes to spin up.
constexpr milliseconds kBrickCheck{20'000};
constexpr std::size_t kMaxMessage = std::size_t{16} * 1024;

/// Runs in the child: exit status 1 if the target must not be mounted on, with the reason in
/// `reason`. Keeps no other descriptor, so that a child that is stuck in the kernel does not hold
/// the caller's pipe open.
[[noreturn]] void check(const std::string& target, const std::string& glusterd_directory,
                        int reason) {
  ::dup2(reason, STDIN_FILENO);
  ::syscall(SYS_close_range, 1U, ~0U, 0U);
  const auto checked = gluster::check_target_is_not_a_brick(target, glusterd_directory);
  if (checked) ::_exit(0);
  const auto written = write_all(STDIN_FILENO, checked.error().message);
  ::_exit(written ? 1 : 2);
}

}  // namespace

bool is_local_file_system(std::string_view type) {
  constexpr std::array<std::string_view, 8> kTypes = {"ext2",  "ext3", "ext4",  "xfs",
                                                      "btrfs", "f2fs", "tmpfs", "zfs"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

Result<void> check_brick_in_child(const std::string& target, const std::string& glusterd_directory,
                                  const Context& context) {
  const auto failed = [&](ErrorCode code, const std::string& why) {
    return fail(code, fmt::format("checking whether {} is a brick: {}", shortened(target), why));
  };
  const UniqueFd reason(::memfd_create("reason", MFD_CLOEXEC));
  if (!reason) return failed(ErrorCode::kSystem, errno_text(errno));
  const pid_t pid = ::fork();
  if (pid < 0) return failed(ErrorCode::kSystem, errno_text(errno));
  if (pid == 0) check(target, glusterd_directory, reason.get());
  Child child(pid);
  const auto ended = child.wait(context.sooner(kBrickCheck).deadline, context.cancel);
  if (!ended && ended.error().code == ErrorCode::kTimedOut) {
    child.kill();
    return fail(
        ErrorCode::kMountFailed,
        fmt::format("the file system mounted at {} does not respond", shortened(target)),
        fmt::format("repair it, or detach it with 'umount -l {}'", shortened(shell_quote(target))));
  }
  if (!ended) return fail(ended.error());
  if (ended->success()) return {};
  if (ended->status != 1) return failed(ErrorCode::kSystem, to_string(*ended));
  const auto why = read_file(reason.get(), kMaxMessage);
  return why ? fail(ErrorCode::kUsage, *why) : failed(ErrorCode::kSystem, why.error().message);
}

}  // namespace glusterconsul::mount
