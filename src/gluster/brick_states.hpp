#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gluster/address_book.hpp"
#include "gluster/rpc_session.hpp"
#include "gluster/volfile_bricks.hpp"
#include "gluster/volume_path.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"

namespace glusterconsul::gluster {

/// Whether this machine can reach a brick, found out as the client does it: resolve the host, ask
/// its glusterd for the brick's port, connect to that port and ping the brick.
struct BrickState {
  enum class Kind {
    kAnswers,      ///< it answered a ping
    kOnlyAccepts,  ///< it accepts connections, but does not answer: its process is stopped or hangs
    kUnresolved,   ///< the name of its host has no address
    kLookupFailed,  ///< this machine's resolver failed or did not respond: the name may have one
    kNoGlusterd,    ///< the glusterd of its host refuses, or there is no connection to it
    /// The glusterd of its host accepts connections, but does not answer: it may only be busy with
    /// a transaction, while the brick works (docs/facts.md, "A busy glusterd").
    kGlusterdNoResponse,
    kNotRunning,  ///< glusterd has no port for it
    kRefused,     ///< its port refuses the connection
    kNoResponse,  ///< no connection to its port within the time
    kUnknown,     ///< glusterd gave no usable answer (management encryption), or was not asked
  };
  Brick brick;
  Kind kind = Kind::kUnknown;
  Port port = 0;       ///< of the brick, if it is known; else that of glusterd
  std::string detail;  ///< the cause, for people
};

/// Examines all bricks in parallel, in two steps: the glusterd of each host is asked for the ports
/// of its bricks that have none yet over one connection; then each port is pinged. A brick with TLS
/// (`server.ssl`), which does not answer a plain ping, must answer a greeting in TLS. Returns one
/// state per brick, in their order.
[[nodiscard]] std::vector<BrickState> examine_bricks(std::span<const Brick> bricks,
                                                     AddressBook& addresses,
                                                     const SessionLimits& limits,
                                                     const Cancel& cancel);

/// The maximum number of bricks that are examined of a volfile.
inline constexpr std::size_t kMaxExaminedBricks = 64;

/// Asks `server` for the volfile, and examines the volume's first kMaxExaminedBricks bricks, each
/// step within `step` and before the deadline. Nothing if the server sends no volfile. For messages
/// only: it takes no decision about a mount.
[[nodiscard]] std::vector<BrickState> examine_bricks(const Endpoint& server, const VolumePath& path,
                                                     milliseconds step, const Deadline& deadline,
                                                     const Cancel& cancel);

}  // namespace glusterconsul::gluster
