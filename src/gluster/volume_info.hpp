#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gluster/dictionary.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::gluster {

/// How glusterd describes a volume (GET_VOLUME). Texts are foreign.
struct VolumeInfo {
  /// glusterd's numbers (cli1-xdr.x, `gf1_cluster_type`); tiering and striping are history.
  enum class Type { kDistribute = 0, kReplicate = 2, kDisperse = 4, kOther = -1 };
  /// glusterd's numbers (glusterd.h, `glusterd_volume_status`).
  enum class Status { kCreated = 0, kStarted = 1, kStopped = 2, kOther = -1 };

  struct Brick {
    std::string host;  ///< as glusterd spells it
    std::string path;  ///< on that host
    std::string uuid;  ///< of that host's glusterd; empty if it is not known
    friend bool operator==(const Brick&, const Brick&) = default;
  };

  std::string name;
  std::string id;  ///< UUID
  Type type = Type::kOther;
  Status status = Status::kOther;
  /// Consecutive bricks form a set: bricks.size() / set_count each. One set: not distributed.
  std::uint32_t set_count = 1;
  std::uint32_t replica_count = 1;     ///< with the arbiter
  std::uint32_t arbiter_count = 0;     ///< 1: the last brick of each set has only names
  std::uint32_t disperse_count = 0;    ///< bricks of a set
  std::uint32_t redundancy_count = 0;  ///< of them, how many a set can do without
  std::vector<Brick> bricks;
  /// Of a replica 2, the tie-breaker outside the bricks and, usually, outside the pool.
  std::optional<Brick> thin_arbiter = std::nullopt;
  std::map<std::string, std::string, std::less<>> options;  ///< those that are set
  friend bool operator==(const VolumeInfo&, const VolumeInfo&) = default;
};

/// The maximum number of bricks that are read for one volume.
inline constexpr std::size_t kMaxBricks = 4096;

/// Reads a volume from a reply to GET_VOLUME, where it is `volume0` (docs/facts.md, "glusterd's
/// read-only calls"). kBadReply if a key that every volume has is missing or not what it should be,
/// if the bricks do not form sets, or if there are more than kMaxBricks. An unknown type or status
/// is kOther.
[[nodiscard]] Result<VolumeInfo> read_volume_info(const Dictionary& reply);

/// The port at which the clients of the volume reach its thin arbiter: `client.ta-brick-port`, or
/// kGlusterdPort.
[[nodiscard]] Port thin_arbiter_port(const VolumeInfo& volume);

/// A glusterd of the pool, as another glusterd sees it (LIST_FRIENDS). Texts are foreign.
struct Peer {
  std::string uuid;
  std::string host;            ///< as glusterd spells it; "localhost" for itself
  std::uint32_t state_id = 0;  ///< 3: "Peer in Cluster", 6: "Peer Rejected"
  std::string state;           ///< glusterd's words for it
  bool is_connected = false;
  friend bool operator==(const Peer&, const Peer&) = default;
};

}  // namespace glusterconsul::gluster
