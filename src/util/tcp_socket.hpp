#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>

#include "util/error.hpp"

namespace glusterconsul {

/// One TCP socket as the kernel describes it (sock_diag(7), proc(5) /proc/net/tcp).
struct SocketFacts {
  std::uint8_t state = 0;   ///< a TCP_… constant of netinet/tcp.h
  uid_t owner = 0;          ///< meaningful only while `inode` is not 0
  std::uint32_t inode = 0;  ///< 0 while no process holds the socket
};

/// One end of a TCP connection. IPv4-mapped IPv6 addresses are stored as IPv4, because an IPv6
/// socket and an IPv4 socket can be the two ends of one connection.
struct SocketEnd {
  int family = AF_INET;
  std::array<std::uint8_t, 16> address{};  ///< IPv4: the first four bytes
  std::uint16_t port = 0;                  ///< network byte order

  friend bool operator==(const SocketEnd&, const SocketEnd&) = default;
};

/// Nothing if the address is neither IPv4 nor IPv6.
[[nodiscard]] std::optional<SocketEnd> end_of(const sockaddr* address, socklen_t size);
[[nodiscard]] bool is_loopback(const SocketEnd& end);
[[nodiscard]] bool is_unspecified(const SocketEnd& end);

/// The TCP socket of this network namespace with these two ends; nothing if there is none. Queries
/// the kernel through sock_diag(7), or through proc(5) if that does not work. A transient kSystem
/// if there are no descriptors or no memory left.
[[nodiscard]] Result<std::optional<SocketFacts>> find_socket(const SocketEnd& local,
                                                             const SocketEnd& remote);

/// The same for the socket that listens on this address and port.
[[nodiscard]] Result<std::optional<SocketFacts>> find_listener(const SocketEnd& local);

}  // namespace glusterconsul
