#pragma once

#include <string_view>
#include <vector>

#include "util/host.hpp"

namespace glusterconsul::gluster {

/// More hosts than this are not taken from one volfile.
inline constexpr std::size_t kMostBrickHosts = 64;

/// The hosts of a volume's bricks, as glusterd spells them: each `option
/// remote-host` of the volfile once, in its order. What is no address and no host
/// name is skipped. Takes little time and memory, whatever the volfile holds.
///
/// After the mount, glusterd names the same hosts to the client as further volfile
/// servers, and the client puts those that it does not know yet at the end of its list.
[[nodiscard]] std::vector<Host> brick_hosts(std::string_view volfile);

}  // namespace glusterconsul::gluster
