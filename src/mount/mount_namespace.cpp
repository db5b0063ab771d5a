#include "mount/mount_namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <string_view>

#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

/// The identity of a directory or namespace: device and inode. Root directories cannot be compared
/// by their mounts, because each mount namespace has its own copy of every mount, with its own id.
/// A namespace that was copied from ours (unshare(1), or systemd's PrivateTmp=) has the same root
/// directory; one that was entered with pivot_root(2) has another. This does not show what is
/// mounted below the root; but whoever could mount there is root of the user namespace that owns
/// the mount namespace, which must be ours as well.
struct Identity {
  std::uint64_t device_major = 0;
  std::uint64_t device_minor = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// The identity of what the path leads to, without a request to its file system; none if it cannot
/// be determined.
std::optional<Identity> identity_of(const std::string& path) {
  struct statx known = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, STATX_INO, &known) != 0) {
    return std::nullopt;
  }
  return Identity{known.stx_dev_major, known.stx_dev_minor, known.stx_ino};
}

bool is_same(const std::string& one, const std::string& other) {
  const auto first = identity_of(one);
  return first && first == identity_of(other);
}

/// The process id in "PID" or "/proc/PID/ns/mnt" (mount(8) passes the latter); otherwise empty.
std::string process_of(std::string_view which) {
  constexpr std::string_view kBefore = "/proc/";
  constexpr std::string_view kAfter = "/ns/mnt";
  if (which.starts_with(kBefore) && which.ends_with(kAfter)) {
    which.remove_prefix(kBefore.size());
    which.remove_suffix(kAfter.size());
  }
  const bool is_pid = parse_number(which, 1, std::numeric_limits<int>::max()).has_value();
  return is_pid ? std::string(which) : std::string();
}

Error cannot_enter(const std::string& path, int problem) {
  return {problem == EPERM || problem == EACCES ? ErrorCode::kPermission : ErrorCode::kUsage,
          fmt::format("cannot enter the mount namespace {} (-N): {}", shortened(path),
                      errno_text(problem))};
}

/// The error for a namespace whose root directory or user namespace (`why`) differs from ours, with
/// a hint on how to mount there nevertheless.
Error refused(const std::string& path, const std::string& process, std::string_view why) {
  const auto target = process.empty() ? fmt::format("--mount={}", shortened(shell_quote(path)))
                                      : fmt::format("--target {} --mount --root", process);
  return {ErrorCode::kPermission,
          fmt::format("the mount namespace {} (-N) has another {}: programs, libraries and files "
                      "that are not this machine's would be used with root's privileges",
                      shortened(path), why),
          fmt::format("mount from inside it, or, if you trust everything in it with this machine, "
                      "run: nsenter {} mount -t glusterconsul ...",
                      target)};
}

/// Whether the namespace belongs to our user namespace. None if this is not a namespace; false if
/// it cannot be determined.
std::optional<bool> has_our_users(const UniqueFd& space) {
  const UniqueFd owner(::ioctl(space.get(), NS_GET_USERNS));
  // EPERM: its owner is an ancestor of ours, which we cannot enter.
  if (!owner) return errno == ENOTTY ? std::nullopt : std::optional(false);
  return is_same(proc_path(fmt::format("self/fd/{}", owner.get())), proc_path("self/ns/user"));
}

}  // namespace

Result<void> enter_mount_namespace(const std::optional<std::string>& which) {
  if (!which) return {};
  const auto process = process_of(*which);
  const std::string path = process.empty() ? *which : proc_path(fmt::format("{}/ns/mnt", process));
  const UniqueFd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space) return fail(cannot_enter(path, errno));
  if (const auto ours = has_our_users(space); ours && !*ours) {
    return fail(refused(path, process, "user namespace"));
  }
  const auto root = identity_of("/");
  if (!process.empty() && !is_same("/", proc_path(process + "/root"))) {
    return fail(refused(path, process, "root directory"));
  }
  // Its own /proc may belong to a PID namespace in which we do not exist.
  const UniqueFd proc(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (::setns(space.get(), CLONE_NEWNS) != 0) return fail(cannot_enter(path, errno));
  if (!root || identity_of("/") != root) {
    return fail(refused(path, process, "root directory"));
  }
  return stay_in_proc(proc.get());
}

}  // namespace glusterconsul::mount
