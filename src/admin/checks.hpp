#pragma once

#include <string>

#include "admin/check_result.hpp"
#include "admin/server_state.hpp"
#include "gluster/volume_path.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// Asks the glusterd at `glusterd` about itself, its peers and its volumes. A server that does not
/// answer is a value; kInterrupted is the only error, besides kSystem. Changes nothing, takes no
/// lock, and needs no privileges.
[[nodiscard]] Result<ServerState> look_at_server(const Endpoint& glusterd, const Context& context);

/// Asks the glusterd at `glusterd` about the volume, and then the glusterd of each brick's host and
/// each brick, all in parallel. Errors as for look_at_server().
[[nodiscard]] Result<VolumeState> look_at_volume(const Endpoint& glusterd,
                                                 const gluster::VolumeName& volume,
                                                 const Context& context);

}  // namespace glusterconsul::admin
