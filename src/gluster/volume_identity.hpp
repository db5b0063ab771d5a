#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// The maximum number of bricks in the identity of a volume, which therefore has at most 8 KiB.
inline constexpr std::size_t kMaxIdentityBricks = 1024;

/// Identifies the volume that a volfile describes. The name is not enough: two pools may have
/// volumes of the same name. Their bricks differ, whereas the servers of one pool list the same
/// bricks, except at the moment when these change.
struct VolumeIdentity {
  /// A hash (FNV-1a) of each brick, sorted, without duplicates. Empty: unknown.
  std::vector<std::uint64_t> brick_hashes;
  /// The first brick, HOST:PATH, for a message; foreign text, at most 512 bytes.
  std::string first_brick;

  [[nodiscard]] bool is_known() const { return !brick_hashes.empty(); }
  friend bool operator==(const VolumeIdentity& a, const VolumeIdentity& b) {
    return a.brick_hashes == b.brick_hashes;
  }
};

/// A brick is the `remote-host` and `remote-subvolume` of a protocol/client translator. A
/// translator whose host is the client's own machine (the snapshot daemon of a volume with
/// `features.uss`) is not a brick. Needs little time and memory, whatever the volfile contains.
[[nodiscard]] VolumeIdentity volume_identity(std::string_view volfile);

}  // namespace glusterconsul::gluster
