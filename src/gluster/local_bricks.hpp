#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// The checks of mount.glusterfs that keep a volume from being mounted over its
/// own storage: `target` (canonical) is "/" or "/tmp", is a brick (it has the
/// extended attribute `trusted.gfid`), or is a parent of a brick of this machine's
/// glusterd (the `path=` lines of GLUSTERD_DIRECTORY/vols/*/bricks/*, as far as
/// they are bricks here). kUsage says which. A target that cannot be looked at
/// passes: the mount itself will say why.
[[nodiscard]] Result<void> check_target_is_not_a_brick(
    const std::string& target, const std::string& glusterd_directory = "/var/lib/glusterd");

/// The path of a brick from glusterd's own file about it, `path=/bricks/g0`.
[[nodiscard]] std::optional<std::string> brick_path(std::string_view brick_file);

/// Whether `directory` is one of those that lead to `path`, by device and inode,
/// so that other names of the same directory count too. Not so for `path` itself.
[[nodiscard]] bool is_parent_of(const std::string& directory, const std::string& path);

}  // namespace glusterconsul::gluster
