#pragma once

#include <string_view>
#include <vector>

#include "util/host.hpp"

namespace glusterconsul::gluster {

/// More hosts than this are not taken from one volfile.
inline constexpr std::size_t kMaxBrickHosts = 64;

/// The hosts of a volume's bricks, as glusterd spells them: each `option
/// remote-host` of the volfile once, in its order. What is neither an address nor a host
/// name is skipped. Takes little time and memory, whatever the volfile holds.
///
/// The client learns of the same hosts after the mount: docs/facts.md, "Client's list of servers".
[[nodiscard]] std::vector<Host> brick_hosts(std::string_view volfile);

}  // namespace glusterconsul::gluster
