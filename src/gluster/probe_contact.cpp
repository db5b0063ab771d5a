#include "gluster/probe_contact.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace glusterconsul::gluster {
namespace {

void receive_some(ProbeContact& contact, std::span<std::byte> buffer) {
  const auto got = ::recv(contact.socket.get(), buffer.data(), buffer.size(), 0);
  if (got > 0) {
    contact.talk.received(buffer.first(static_cast<std::size_t>(got)));
  } else if (got == 0) {
    contact.talk.closed();
  } else if (errno != EAGAIN && errno != EINTR) {
    contact.talk.failed(errno);
  }
}

}  // namespace

int ProbeContact::connect_to(const SocketAddress& address) {
  family = address.storage.ss_family == AF_INET6 ? IpAddress::Family::kV6 : IpAddress::Family::kV4;
  socket.reset(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
  is_connecting = ::connect(socket.get(), raw, address.size) != 0;
  // An interrupted connect(2) continues in the background too.
  return !is_connecting || errno == EINPROGRESS || errno == EINTR ? 0 : errno;
}

bool ProbeContact::finish_connecting() {
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  is_connecting = false;
  if (problem != 0) talk.failed(problem);
  return problem == 0;
}

pollfd ProbeContact::watched() const {
  if (lookup) return {lookup->fd(), POLLIN, 0};
  const bool writes = is_connecting || !talk.to_send().empty();
  return {socket.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
}

void ProbeContact::exchange(short events, std::span<std::byte> buffer) {
  if ((events & POLLOUT) != 0) send_rest();
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) receive_some(*this, buffer);
}

void ProbeContact::send_rest() {
  const auto rest = talk.to_send();
  if (rest.empty()) return;
  const auto sent = ::send(socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    talk.sent(static_cast<std::size_t>(sent));
  } else if (errno != EAGAIN && errno != EINTR) {
    talk.failed(errno);
  }
}

}  // namespace glusterconsul::gluster
