#pragma once

#include <string_view>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul {

/// Parses `host`, `host:port`, `[v6]`, `[v6]:port`, or `:port` for this machine, as Consul's own
/// command line does. kUsage says what is wrong without the text, which may contain a password.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text, Port default_port);

}  // namespace glusterconsul
