#pragma once

namespace glusterconsul::gluster {

/// How a server is probed before it is used.
enum class ProbeMethod {
  kVolume,  ///< ask glusterd for the volume (GETSPEC)
  kTcp,     ///< only connect
  kOff,     ///< send nothing, but look up names: kNotAsked, or why it is not usable
};

/// What a server is asked with ProbeMethod::kVolume.
enum class ProbeQuestion {
  kVolfile,  ///< the volfile of one volume
  kVolumes,  ///< the names of all its volumes
};

}  // namespace glusterconsul::gluster
