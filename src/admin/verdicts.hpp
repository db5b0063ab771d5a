#pragma once

#include "admin/check_result.hpp"
#include "admin/server_state.hpp"
#include "gluster/volume_path.hpp"

namespace glusterconsul::admin {

struct ServerPolicy {
  /// If none of two or more peers is reachable; in a pool of two, the survivor is a warning.
  CheckStatus alone = CheckStatus::kCritical;
};

[[nodiscard]] CheckResult judge_server(const ServerState& seen, const ServerPolicy& policy);

struct VolumePolicy {
  enum class Scope {
    kAll,    ///< all bricks
    kLocal,  ///< only the bricks of the server that was asked
  };
  Scope scope = Scope::kAll;
  CheckStatus partial = CheckStatus::kWarning;  ///< if some set cannot serve, but not all
};

[[nodiscard]] CheckResult judge_volume(const gluster::VolumeName& volume, const VolumeState& seen,
                                       const VolumePolicy& policy);

}  // namespace glusterconsul::admin
