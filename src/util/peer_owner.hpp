#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <optional>

#include "util/error.hpp"
#include "util/tcp_socket.hpp"

namespace glusterconsul {

/// Who is at the other end of a connection.
struct PeerOwner {
  enum class Kind {
    kRemote,        ///< another machine, as far as the addresses show
    kLocal,         ///< this machine; `user` is the socket's owner
    kClosed,        ///< this machine, but the peer has already closed the connection
    kUnidentified,  ///< this machine, but the kernel does not report whose socket it is
  };
  Kind kind = Kind::kUnidentified;
  uid_t user = 0;  ///< only with kLocal

  friend bool operator==(const PeerOwner&, const PeerOwner&) = default;
};

/// Determines the peer of a connection on this machine from two sockets: `connection` is the peer's
/// end, `listener` the socket that currently listens on its address.
///
/// The kernel reports the owner of the peer's end only after a process has accepted the connection.
/// Until then it reports user 0, and the owner of the listener will get the connection. It also
/// reports user 0 for an end that its owner has closed, but that end is no longer established. Data
/// sent before can still be read, so such a connection must not be used. `is_open`: whether our own
/// end is still established.
[[nodiscard]] PeerOwner peer_owner(const std::optional<SocketFacts>& connection,
                                   const std::optional<SocketFacts>& listener, bool is_open);

/// Whether a connection to this address stays on this machine: the unspecified address, a loopback
/// address (including IPv4-mapped ones), or one for which the kernel delivers packets here
/// (util/local_route.hpp). False if there is no route; true if that cannot be determined.
[[nodiscard]] bool is_local_address(const sockaddr* address, socklen_t size);

/// The owner of the other end of a connected TCP or Unix stream socket. For a Unix socket it is the
/// user who called listen(2) (SO_PEERCRED, unix(7)). If the kernel does not report a TCP peer,
/// because a firewall rule redirects the connection, the peer counts as root's if only privileged
/// users can bind its port (ip_unprivileged_port_start, ip(7)). kSystem if the kernel cannot be
/// queried; transient if that is because of a lack of descriptors or memory. Does not block: it
/// queries only the kernel.
[[nodiscard]] Result<PeerOwner> owner_of_peer(int socket);

/// Who would be at the other end of a TCP connection to this address, without connecting: kRemote,
/// kLocal with the owner of the socket that listens there, or kClosed if none does. Errors: as for
/// owner_of_peer().
[[nodiscard]] Result<PeerOwner> owner_of_listener(const sockaddr* address, socklen_t size);

}  // namespace glusterconsul
