#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// The checks of mount.glusterfs that prevent a volume from being mounted over its own storage.
/// kUsage, with the reason, if `target` (canonical) is "/" or "/tmp", is a brick (it has the
/// extended attribute `trusted.gfid`), or is a parent of a brick of this machine's glusterd (the
/// `path=` lines of GLUSTERD_DIRECTORY/vols/*/bricks/*, as far as they are bricks on this machine).
/// A target that cannot be examined passes: the mount itself will report the cause.
[[nodiscard]] Result<void> check_target_is_not_a_brick(
    const std::string& target, const std::string& glusterd_directory = "/var/lib/glusterd");

/// The path of a brick in glusterd's file about it (`path=/bricks/g0`).
[[nodiscard]] std::optional<std::string> brick_path(std::string_view brick_file);

/// Whether `directory` is a parent of `path`, at any level. Device and inode are compared, so that
/// other names of the same directory match too. `path` itself is not its parent.
[[nodiscard]] bool is_parent_of(const std::string& directory, const std::string& path);

}  // namespace glusterconsul::gluster
