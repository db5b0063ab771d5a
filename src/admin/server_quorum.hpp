#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "admin/server_state.hpp"

namespace glusterconsul::admin {

/// glusterd's own count of the servers of its pool: docs/facts.md, "Server quorum".
struct ServerQuorum {
  std::size_t active = 1;                 ///< with itself
  std::size_t total = 1;                  ///< with itself
  std::size_t needed = 1;                 ///< by cluster.server-quorum-ratio; without it, > 50 %
  std::vector<std::string> volumes = {};  ///< started ones with `server-quorum-type=server`, sorted

  /// glusterd has then stopped the bricks of `volumes` on this server.
  [[nodiscard]] bool is_lost() const { return active < needed && !volumes.empty(); }
};

[[nodiscard]] ServerQuorum server_quorum(const ServerState& seen);

/// Whether the peer is a full member of the pool ("Peer in Cluster").
[[nodiscard]] bool is_in_cluster(const gluster::Peer& peer);

}  // namespace glusterconsul::admin
