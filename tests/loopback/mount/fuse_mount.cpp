#include "fuse_mount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace glusterconsul::loopback {

Result<void> enter_private_mount_namespace() {
  if (::unshare(CLONE_NEWNS) != 0) {
    return fail(ErrorCode::kPermission, "no mount namespace: " + errno_text(errno));
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return fail(ErrorCode::kSystem, "no private mounts: " + errno_text(errno));
  }
  if (::access("/dev/fuse", R_OK | W_OK) != 0) {
    return fail(ErrorCode::kSystem, "no /dev/fuse: " + errno_text(errno));
  }
  return {};
}

FuseMount::FuseMount(UniqueFd connection, std::string target)
    : connection_(std::move(connection)), target_(std::move(target)) {}

FuseMount::~FuseMount() {
  // Closes the connection first, so that pending requests fail.
  die();
  if (!target_.empty()) ::umount2(target_.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

Result<FuseMount> FuseMount::at(const std::string& target, const std::string& source,
                                unsigned user) {
  UniqueFd connection(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!connection) return fail(ErrorCode::kSystem, "/dev/fuse: " + errno_text(errno));
  const auto options =
      fmt::format("fd={},rootmode=40000,user_id={},group_id=0,allow_other", connection.get(), user);
  if (::mount(source.c_str(), target.c_str(), "fuse.glusterfs", 0, options.c_str()) != 0) {
    return fail(ErrorCode::kSystem, "mounting FUSE: " + errno_text(errno));
  }
  return FuseMount(std::move(connection), target);
}

}  // namespace glusterconsul::loopback
