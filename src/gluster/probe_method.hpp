#pragma once

namespace glusterconsul::gluster {

/// How a server is asked before it is used.
enum class ProbeMethod {
  kVolume,  ///< ask glusterd for the volume (GETSPEC)
  kTcp,     ///< a connection is enough
  kOff,     ///< nothing is sent to a server, names are looked up: kNotAsked, or not usable
};

}  // namespace glusterconsul::gluster
