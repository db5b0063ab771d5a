#pragma once

#include <string>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::loopback {

/// Puts this process into a mount namespace of its own, so that nothing of a test
/// is seen outside. The reason where it may not, or where there is no FUSE.
[[nodiscard]] Result<void> enter_private_mount_namespace();

/// A FUSE file system as the client makes one whose server never answers: the
/// kernel has it in its table as `fuse.glusterfs`, and every question waits. With
/// die() it is as after a crash of the client: ENOTCONN. Unmounted with the object.
class FuseMount {
 public:
  /// `target` is a directory; `source` is what the mount table shows, and `user` who made it.
  [[nodiscard]] static Result<FuseMount> at(const std::string& target, const std::string& source,
                                            unsigned user = 0);

  FuseMount(FuseMount&&) noexcept = default;
  FuseMount& operator=(FuseMount&&) = delete;
  FuseMount(const FuseMount&) = delete;
  FuseMount& operator=(const FuseMount&) = delete;
  ~FuseMount();

  void die() { connection_.reset(); }

 private:
  FuseMount(UniqueFd connection, std::string target);
  UniqueFd connection_;
  std::string target_;
};

}  // namespace glusterconsul::loopback
