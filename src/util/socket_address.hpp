#pragma once

#include <sys/socket.h>

#include "util/host.hpp"

namespace glusterconsul {

/// An address in the form that connect(2) expects.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Whether an errno of a connection is a report of the network that the host, or its network, does
/// not respond. It depends on the time whether there is one: the kernel first asks for the host.
[[nodiscard]] bool is_host_unreachable(int problem);

/// The socket address of an IP address and a port.
[[nodiscard]] SocketAddress socket_address(const IpAddress& address, Port port);

}  // namespace glusterconsul
