#pragma once

#include <sys/socket.h>

#include "util/error.hpp"

namespace glusterconsul {

/// Whether the kernel delivers TCP packets for `destination` on this machine, according to the
/// routing table of the current network namespace (rtnetlink(7), RTM_GETROUTE). Unlike the source
/// address of a connection, the table also covers secondary addresses and local routes. `source` is
/// the source address of the connection, or null if it is not chosen yet. Both are IPv4 or IPv6; an
/// IPv4-mapped IPv6 address counts as IPv4. False if there is no route. kSystem if the kernel
/// cannot be queried; transient if that is because of a lack of descriptors or memory. Does not
/// block, and sends nothing to the network.
[[nodiscard]] Result<bool> ends_on_this_machine(const sockaddr* destination,
                                                const sockaddr* source);

}  // namespace glusterconsul
