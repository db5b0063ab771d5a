#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// More bricks than this do not count for the identity of a volume, which so has at most 8 KiB.
inline constexpr std::size_t kMaxIdentityBricks = 1024;

/// Which volume a volfile describes. The name does not tell: two pools may have a volume of the
/// same name. Their bricks differ, while the servers of one pool name the same bricks, but for the
/// moment in which they change.
struct VolumeIdentity {
  /// A hash (FNV-1a) for each brick, sorted, each once. Empty: unknown.
  std::vector<std::uint64_t> bricks;
  /// The first brick, HOST:PATH, for a message; raw text from outside, at most 512 bytes.
  std::string first;

  [[nodiscard]] bool is_known() const { return !bricks.empty(); }
  friend bool operator==(const VolumeIdentity& a, const VolumeIdentity& b) {
    return a.bricks == b.bricks;
  }
};

/// The bricks are `remote-host` and `remote-subvolume` of each translator protocol/client. One
/// whose host is the client's own (the daemon for snapshots of a volume with `features.uss`) is not
/// a brick. Takes little time and memory, whatever the volfile holds.
[[nodiscard]] VolumeIdentity volume_identity(std::string_view volfile);

}  // namespace glusterconsul::gluster
