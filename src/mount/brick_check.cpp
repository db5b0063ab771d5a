#include "mount/brick_check.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "gluster/local_bricks.hpp"
#include "util/isolated_call.hpp"
#include "util/output.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// Longer than a disk takes to spin up.
constexpr milliseconds kBrickCheck{20'000};
constexpr std::size_t kMaxMessage = std::size_t{16} * 1024;

/// Runs in the child: exit status 1 if the target must not be mounted on, with the reason as the
/// output.
int check(const std::string& target, const std::string& glusterd_directory) {
  const auto checked = gluster::check_target_is_not_a_brick(target, glusterd_directory);
  if (checked) return 0;
  const auto written = write_all(IsolatedCall::kOutput, checked.error().message);
  return written ? 1 : 2;
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
  auto call = IsolatedCall::start([&] { return check(target, glusterd_directory); },
                                  IsolatedCall::Output::kCaptured);
  if (!call) return failed(ErrorCode::kSystem, call.error().message);
  const auto ended = call->wait(context.sooner(kBrickCheck).deadline, context.cancel);
  if (!ended && ended.error().code == ErrorCode::kTimedOut) {
    call->kill();
    return fail(
        ErrorCode::kMountFailed,
        fmt::format("the file system mounted at {} does not respond", shortened(target)),
        fmt::format("repair it, or detach it with 'umount -l {}'", shortened(shell_quote(target))));
  }
  if (!ended) return fail(ended.error());
  if (ended->success()) return {};
  if (ended->status != 1) return failed(ErrorCode::kSystem, to_string(*ended));
  const auto why = call->output(kMaxMessage);
  return why ? fail(ErrorCode::kUsage, *why) : failed(ErrorCode::kSystem, why.error().message);
}

}  // namespace glusterconsul::mount
