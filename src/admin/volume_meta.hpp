#pragma once

namespace glusterconsul::admin {

/// The meta of an instance that names its volume.
inline constexpr const char* kVolumeMeta = "gluster_volume";

}  // namespace glusterconsul::admin
