#pragma once

#include <string_view>
#include <vector>

#include "util/host.hpp"

namespace glusterconsul::gluster {

/// The maximum number of hosts that are read from one volfile.
inline constexpr std::size_t kMaxBrickHosts = 64;

/// The hosts of a volume's bricks, as glusterd spells them: the value of each `option remote-host`
/// in the volfile, in its order, without duplicates. A value that is neither an address nor a host
/// name is skipped. Needs little time and memory, whatever the volfile contains.
///
/// The client learns the same hosts after the mount: docs/facts.md, "Client's list of servers".
[[nodiscard]] std::vector<Host> brick_hosts(std::string_view volfile);

}  // namespace glusterconsul::gluster
