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
    kClosed,        ///< this machine, and the peer has closed the connection already
    kUnidentified,  ///< this machine, and the kernel does not show whose socket it is
  };
  Kind kind = Kind::kUnidentified;
  uid_t user = 0;  ///< with kLocal only

  friend bool operator==(const PeerOwner&, const PeerOwner&) = default;
};

/// What the two sockets show about the peer of a connection on this machine: `connection`
/// is the peer's end, `listener` the socket that listens on its address now.
///
/// The peer's end names its owner once a process has accepted it. Until then the kernel
/// shows user 0 for it, and the process that will get it is the listener's. An end that
/// its owner has closed shows user 0 too, but is no longer established: what it sent
/// before can still be read, so such a connection must not be used. `is_open` is whether
/// our own end is still established.
[[nodiscard]] PeerOwner peer_owner(const std::optional<SocketFacts>& connection,
                                   const std::optional<SocketFacts>& listener, bool is_open);

/// Whether a connection to this address stays on this machine: the unspecified address, a
/// loopback address (IPv4-mapped ones too), or one that the kernel delivers here
/// (util/local_route.hpp). False if there is no route, true if that cannot be found out.
[[nodiscard]] bool is_local_address(const sockaddr* address, socklen_t size);

/// The owner of the other end of a connected stream socket, TCP or Unix. For a Unix
/// socket it is the user who called listen(2) (SO_PEERCRED, unix(7)). A TCP peer on a port
/// that only privileged users can bind (ip_unprivileged_port_start, ip(7)) and that the
/// kernel does not show, because a firewall rule redirects the connection, is root's.
/// kSystem if the kernel cannot be asked, transient if that is for want of a descriptor or of
/// memory. Does not block: only the kernel is asked.
[[nodiscard]] Result<PeerOwner> owner_of_peer(int socket);

/// Who would be at the other end of a TCP connection to this address, without connecting: kRemote,
/// kLocal with the owner of the socket that listens there, or kClosed if none does. Errors as
/// owner_of_peer().
[[nodiscard]] Result<PeerOwner> owner_of_listener(const sockaddr* address, socklen_t size);

}  // namespace glusterconsul
