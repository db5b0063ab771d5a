#pragma once

#include <vector>

#include "util/host.hpp"

namespace glusterconsul::gluster {

/// The addresses of a name to which a GlusterFS client may connect, in its order: of one family,
/// which is IPv4 unless there are only IPv6 addresses (it can be set to IPv6). `addresses` is not
/// empty.
[[nodiscard]] std::vector<IpAddress> in_clients_order(const std::vector<IpAddress>& addresses);

}  // namespace glusterconsul::gluster
