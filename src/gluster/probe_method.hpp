#pragma once

namespace glusterconsul::gluster {

/// How a server is probed before it is used.
enum class ProbeMethod {
  kVolume,  ///< ask glusterd for the volume (GETSPEC)
  kTcp,     ///< only connect
  kOff,     ///< send nothing, but look up names: kNotAsked, or why it is not usable
};

}  // namespace glusterconsul::gluster
