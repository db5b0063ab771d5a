#pragma once

#include <string>

#include "gluster/volume_info.hpp"

namespace glusterconsul::gluster {

/// The type as `gluster volume info` names it, in lower case: "distribute", "replicate",
/// "distributed-replicate", "disperse", "distributed-disperse"; "other" for any other.
[[nodiscard]] std::string type_name(const VolumeInfo& volume);

}  // namespace glusterconsul::gluster
