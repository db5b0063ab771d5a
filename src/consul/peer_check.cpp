#include "consul/peer_check.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "consul/agent_trust.hpp"
#include "util/peer_owner.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::consul {
namespace {

int error_of(int socket) {
  int problem = 0;
  socklen_t size = sizeof(problem);
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 ? problem : errno;
}

}  // namespace

void PeerCheck::start(const Deadline& deadline, const Cancel& cancel) {
  deadline_ = &deadline;
  cancel_ = &cancel;
  refusal_.reset();
  problem_ = 0;
}

curl_socket_t PeerCheck::open_socket(void* self, curlsocktype /*purpose*/,
                                     curl_sockaddr* address) noexcept {
  return static_cast<PeerCheck*>(self)->open(*address);
}

int PeerCheck::set_socket_options(void* self, curl_socket_t socket,
                                  curlsocktype /*purpose*/) noexcept {
  return socket == static_cast<PeerCheck*>(self)->connected_ ? CURL_SOCKOPT_ALREADY_CONNECTED
                                                             : CURL_SOCKOPT_OK;
}

curl_socket_t PeerCheck::open(const curl_sockaddr& address) {
  UniqueFd socket(
      ::socket(address.family, address.socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address.protocol));
  if (!socket) return failed(errno);
  connected_ = CURL_SOCKET_BAD;
  const bool is_unix = address.family == AF_UNIX;
  if (!is_unix && !is_local_address(&address.addr, address.addrlen)) return socket.release();
  if (const int problem = connect(socket.get(), address); problem != 0) return failed(problem);
  if (auto refusal = refuse_peer(socket.get(), agent_user_, where_)) {
    refusal_ = std::move(refusal);
    return CURL_SOCKET_BAD;
  }
  refusal_.reset();
  // libcurl insists on connecting a Unix socket itself. The path that it has leads to this same
  // socket (open_socket_path()), so the listener is the same.
  if (is_unix) {
    socket.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return socket ? socket.release() : failed(errno);
  }
  connected_ = socket.get();
  return socket.release();
}

curl_socket_t PeerCheck::failed(int problem) {
  problem_ = problem;
  return CURL_SOCKET_BAD;
}

/// Returns 0 or an errno. On one machine, a connection is accepted or refused at once unless the
/// listener's queue is full: then TCP keeps trying by itself, but a Unix socket needs another
/// connect(2) (EAGAIN).
int PeerCheck::connect(int socket, const curl_sockaddr& address) {
  constexpr milliseconds kPause{10};
  for (;;) {
    if (::connect(socket, &address.addr, address.addrlen) == 0) return 0;
    const int problem = errno;
    if (problem != EINPROGRESS && problem != EAGAIN && problem != EINTR) return problem;
    const bool is_tcp = problem == EINPROGRESS;
    std::array<pollfd, 2> watched = {
        {{is_tcp ? socket : -1, POLLOUT, 0}, {cancel_->fd(), POLLIN, 0}}};
    const auto wait = is_tcp ? *deadline_ : deadline_->sooner(kPause);
    ::poll(watched.data(), watched.size(), wait.poll_timeout());
    if (cancel_->requested()) return ECANCELED;
    if (deadline_->expired()) return ETIMEDOUT;
    if (watched[0].revents != 0) return error_of(socket);
  }
}

}  // namespace glusterconsul::consul
