#pragma once

#include <vector>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::consul {

/// All addresses of a host name, from 1 to 64, in order of preference (RFC 6724), as configured in
/// this system's nsswitch.conf, hosts and resolv.conf. kUnreachable if there is none, kUnavailable
/// if the resolver failed, kTimedOut, kInterrupted, kSystem.
[[nodiscard]] Result<std::vector<IpAddress>> find_addresses(const HostName& name,
                                                            const Deadline& deadline,
                                                            const Cancel& cancel);

}  // namespace glusterconsul::consul
