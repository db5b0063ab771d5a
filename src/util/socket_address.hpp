#pragma once

#include <sys/socket.h>

#include "util/host.hpp"

namespace glusterconsul {

/// An address in the form that connect(2) expects.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// The socket address of an IP address and a port.
[[nodiscard]] SocketAddress socket_address(const IpAddress& address, Port port);

}  // namespace glusterconsul
