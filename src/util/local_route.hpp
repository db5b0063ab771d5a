#pragma once

#include <sys/socket.h>

#include "util/error.hpp"

namespace glusterconsul {

/// Whether the kernel delivers TCP packets for `destination` on this machine: the routing table
/// of the present network namespace decides (rtnetlink(7), RTM_GETROUTE), which also knows
/// secondary addresses and local routes; the source address of a connection shows neither. `source`
/// is that of the connection; null if it is not chosen yet. Both are IPv4 or IPv6; an IPv4-mapped
/// IPv6 address is IPv4. False if there is no route. kSystem if the kernel cannot be asked,
/// transient if that is for want of a descriptor or of memory. Does not block; nothing is sent
/// to the network.
[[nodiscard]] Result<bool> ends_on_this_machine(const sockaddr* destination,
                                                const sockaddr* source);

}  // namespace glusterconsul
