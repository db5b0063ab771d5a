#pragma once

#include <vector>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::consul {

/// Every address of a host name, at least one, the preferred first (RFC 6724), as
/// this system's nsswitch.conf, hosts and resolv.conf configure; at most 64.
/// kUnreachable if there is none, kTimedOut, kInterrupted, kSystem.
[[nodiscard]] Result<std::vector<IpAddress>> find_addresses(const HostName& name,
                                                            const Deadline& deadline,
                                                            const Cancel& cancel);

}  // namespace glusterconsul::consul
