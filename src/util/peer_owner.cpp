#include "util/peer_owner.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <fstream>

#include "util/local_route.hpp"
#include "util/proc_file.hpp"
#include "util/tcp_socket.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

/// Whether our end is established: the peer has neither closed nor reset the connection.
bool is_established(int socket) {
  tcp_info info{};
  socklen_t size = sizeof(info);
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
         info.tcpi_state == TCP_ESTABLISHED;
}

/// Whether only a privileged process can bind this port; false if that is unknown.
bool is_privileged_port(std::uint16_t network_order) {
  unsigned first_unprivileged = 0;
  std::ifstream file(proc_path("sys/net/ipv4/ip_unprivileged_port_start"));
  return file >> first_unprivileged && ntohs(network_order) < first_unprivileged;
}

/// If the kernel does not report the route, the other end decides: the peer is on this machine if
/// this network namespace has a socket for that end, or if our end is no longer established,
/// because a local peer may have closed it already.
Result<bool> is_on_this_machine(int socket, const sockaddr_storage& peer, const SocketEnd& remote,
                                const sockaddr_storage& own, const SocketEnd& local) {
  if (is_loopback(remote) || is_loopback(local)) return true;
  if (remote.family == local.family && remote.address == local.address) return true;
  auto found = ends_on_this_machine(reinterpret_cast<const sockaddr*>(&peer),
                                    reinterpret_cast<const sockaddr*>(&own));
  if (found || found.error().transient) return found;
  TRY_ASSIGN(const auto other_end, find_socket(remote, local));
  return other_end ? other_end->state != TCP_LISTEN : !is_established(socket);
}

Result<PeerOwner> owner_of_unix_peer(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return fail(ErrorCode::kSystem, fmt::format("SO_PEERCRED: {}", errno_text(errno)));
  }
  return PeerOwner{PeerOwner::Kind::kLocal, peer.uid};
}

}  // namespace

PeerOwner peer_owner(const std::optional<SocketFacts>& connection,
                     const std::optional<SocketFacts>& listener, bool is_open) {
  using Kind = PeerOwner::Kind;
  if (connection && connection->inode != 0) return {Kind::kLocal, connection->owner};
  const bool waits_for_accept =
      connection && (connection->state == TCP_ESTABLISHED || connection->state == TCP_SYN_RECV);
  if (waits_for_accept && listener && listener->state == TCP_LISTEN && listener->inode != 0) {
    return {Kind::kLocal, listener->owner};
  }
  const bool is_closed = !is_open || (connection && !waits_for_accept);
  return {is_closed ? Kind::kClosed : Kind::kUnidentified, 0};
}

bool is_local_address(const sockaddr* address, socklen_t size) {
  const auto end = end_of(address, size);
  if (!end) return false;
  // Connecting to the unspecified address leads to this machine (ip(7)).
  if (is_loopback(*end) || is_unspecified(*end)) return true;
  return ends_on_this_machine(address, nullptr).value_or(true);
}

Result<PeerOwner> owner_of_peer(int socket) {
  sockaddr_storage peer{};
  sockaddr_storage own{};
  socklen_t peer_size = sizeof(peer);
  socklen_t own_size = sizeof(own);
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 &&
      errno == ENOTCONN) {
    return PeerOwner{PeerOwner::Kind::kClosed, 0};  // reset by the peer
  }
  if (peer.ss_family == AF_UNSPEC ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0) {
    return fail(ErrorCode::kSystem, fmt::format("getpeername: {}", errno_text(errno)));
  }
  if (peer.ss_family == AF_UNIX) return owner_of_unix_peer(socket);
  const auto remote = end_of(reinterpret_cast<const sockaddr*>(&peer), peer_size);
  const auto local = end_of(reinterpret_cast<const sockaddr*>(&own), own_size);
  if (!remote || !local) return fail(ErrorCode::kSystem, "not a TCP or Unix socket");
  TRY_ASSIGN(const bool is_local, is_on_this_machine(socket, peer, *remote, own, *local));
  if (!is_local) {
    return PeerOwner{PeerOwner::Kind::kRemote, 0};
  }
  TRY_ASSIGN(const auto connection, find_socket(*remote, *local));
  TRY_ASSIGN(const auto listener, find_listener(*remote));
  const bool is_open = is_established(socket);
  if (!connection && is_open && is_privileged_port(remote->port)) {
    return PeerOwner{PeerOwner::Kind::kLocal, 0};
  }
  return peer_owner(connection, listener, is_open);
}

Result<PeerOwner> owner_of_listener(const sockaddr* address, socklen_t size) {
  const auto end = end_of(address, size);
  if (!end || !is_local_address(address, size)) return PeerOwner{PeerOwner::Kind::kRemote, 0};
  TRY_ASSIGN(const auto listener, find_listener(*end));
  if (!listener || listener->state != TCP_LISTEN) return PeerOwner{PeerOwner::Kind::kClosed, 0};
  return PeerOwner{PeerOwner::Kind::kLocal, listener->owner};
}

}  // namespace glusterconsul
