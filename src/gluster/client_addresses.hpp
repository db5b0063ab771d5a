#pragma once

#include <vector>

#include "util/host.hpp"

namespace glusterconsul::gluster {

/// The addresses of a name that a GlusterFS client may connect to, in the order in which it tries
/// them. All are of one family: IPv4, or IPv6 if there are only IPv6 addresses (the client can be
/// set to IPv6). `addresses` must not be empty.
[[nodiscard]] std::vector<IpAddress> in_clients_order(const std::vector<IpAddress>& addresses);

}  // namespace glusterconsul::gluster
