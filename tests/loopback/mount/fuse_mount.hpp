#pragma once

#include <string>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::loopback {

/// Moves this process to a private mount namespace, so that the mounts of a test are not
/// visible outside. Fails without permission or without FUSE.
[[nodiscard]] Result<void> enter_private_mount_namespace();

/// A FUSE file system like that of a client whose servers do not respond: the mount table
/// shows it as `fuse.glusterfs`, and every request blocks. After die() it is like that of a
/// client that crashed: ENOTCONN. The destructor unmounts it.
class FuseMount {
 public:
  /// `target` is a directory; the mount table shows `source`, and `user` as its owner.
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
