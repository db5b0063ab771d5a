#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// More bricks than this do not count for the identity of a volume, which so has at most 8 KiB.
inline constexpr std::size_t kMaxIdentityBricks = 1024;

/// Which volume a volfile describes. The name does not show it: two pools may have a volume of the
/// same name. Their bricks differ, while the servers of one pool name the same bricks, but for the
/// moment in which they change.
struct VolumeIdentity {
  /// A hash (FNV-1a) for each brick, sorted, each once. Empty: unknown.
  std::vector<std::uint64_t> brick_hashes;
  /// The first brick, HOST:PATH, for a message; foreign text, at most 512 bytes.
  std::string first_brick;

  [[nodiscard]] bool is_known() const { return !brick_hashes.empty(); }
  friend bool operator==(const VolumeIdentity& a, const VolumeIdentity& b) {
    return a.brick_hashes == b.brick_hashes;
  }
};

/// The bricks are `remote-host` and `remote-subvolume` of each translator protocol/client. One
/// whose host is the client's own (the daemon for snapshots of a volume with `features.uss`) is not
/// a brick. Takes little time and memory, whatever the volfile holds.
[[nodiscard]] VolumeIdentity volume_identity(std::string_view volfile);

}  // namespace glusterconsul::gluster
