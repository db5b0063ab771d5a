#pragma once

#include <optional>
#include <span>
#include <vector>

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

/// Whether the UUID of the glusterd that is asked about a volume is needed, to tell which bricks
/// are its own. It costs a line in glusterd's log (docs/facts.md, "glusterd's read-only calls").
enum class OwnUuid { kNotNeeded, kAsk };

/// How a volume is asked for.
struct VolumeQuestion {
  OwnUuid own_uuid = OwnUuid::kNotNeeded;
  /// The maximum time for the glusterd that is asked, if there are others to ask; the bricks have
  /// the whole rest.
  std::optional<milliseconds> limit = std::nullopt;
};

/// Asks the glusterd at `glusterd` about the volumes, and then the glusterd of each brick's host
/// and each brick, all in parallel. Returns one state per volume, in their order. Errors as for
/// look_at_server().
[[nodiscard]] Result<std::vector<VolumeState>> look_at_volumes(
    const Endpoint& glusterd, std::span<const gluster::VolumeName> volumes, const Context& context,
    const VolumeQuestion& question = {});

/// The same for one volume.
[[nodiscard]] Result<VolumeState> look_at_volume(const Endpoint& glusterd,
                                                 const gluster::VolumeName& volume,
                                                 const Context& context,
                                                 const VolumeQuestion& question = {});

}  // namespace glusterconsul::admin
