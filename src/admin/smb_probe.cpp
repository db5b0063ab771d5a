#include "admin/smb_probe.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

#include "admin/smb_negotiate.hpp"
#include "util/resolver.hpp"
#include "util/socket_address.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::admin {
namespace {

using State = SmbAnswer::State;

/// Whether the descriptor is ready before the deadline. kInterrupted on `cancel`.
Result<bool> wait_for(int fd, short events, const Deadline& deadline, const Cancel& cancel) {
  while (!deadline.expired()) {
    std::array<pollfd, 2> watched = {{{fd, events, 0}, {cancel.fd(), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), deadline.poll_timeout());
    if (cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
    if (watched[0].revents != 0) return true;
  }
  return false;
}

/// Where a connection failed; nothing if it is established.
using Failed = std::optional<SmbAnswer>;

SmbAnswer not_connected(int problem) {
  if (problem == ETIMEDOUT || is_host_unreachable(problem)) return {State::kNoResponse};
  return {State::kRefused, errno_text(problem)};
}

Result<Failed> connect(int fd, const IpAddress& address, Port port, const Deadline& deadline,
                       const Cancel& cancel) {
  const auto target = socket_address(address, port);
  const auto* raw = reinterpret_cast<const sockaddr*>(&target.storage);
  if (::connect(fd, raw, target.size) == 0) return std::nullopt;
  if (errno != EINPROGRESS && errno != EINTR) return not_connected(errno);
  TRY_ASSIGN(const bool is_ready, wait_for(fd, POLLOUT, deadline, cancel));
  if (!is_ready) return SmbAnswer{State::kNoResponse};
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  if (problem != 0) return not_connected(problem);
  return std::nullopt;
}

/// The request fits into the buffer of any new socket.
bool send_request(int fd) {
  const auto request = encode_smb_negotiate();
  const auto sent = ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(request.size());
}

Result<SmbAnswer> receive_reply(int fd, const Deadline& deadline, const Cancel& cancel) {
  std::vector<std::byte> received;
  std::array<std::byte, 4096> part{};
  for (;;) {
    TRY_ASSIGN(const bool is_ready, wait_for(fd, POLLIN, deadline, cancel));
    if (!is_ready) return SmbAnswer{State::kNoResponse};
    const auto count = ::recv(fd, part.data(), part.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) return SmbAnswer{State::kClosed};
    received.insert(received.end(), part.begin(), part.begin() + count);
    const auto reply = decode_smb_negotiate(received);
    if (!reply) return SmbAnswer{State::kBadReply, reply.error().message};
    if (!*reply) continue;
    if ((*reply)->status == 0) return SmbAnswer{State::kAnswers};
    return SmbAnswer{State::kRejects, fmt::format("status {:#010x}", (*reply)->status)};
  }
}

Result<SmbAnswer> ask(const IpAddress& address, Port port, const Deadline& deadline,
                      const Cancel& cancel) {
  const int family = address.family() == IpAddress::Family::kV4 ? AF_INET : AF_INET6;
  const UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return fail(ErrorCode::kSystem, errno_text(errno));
  TRY_ASSIGN(auto failed, connect(socket.get(), address, port, deadline, cancel));
  if (failed) return *std::move(failed);
  if (!send_request(socket.get())) return SmbAnswer{State::kClosed};
  return receive_reply(socket.get(), deadline, cancel);
}

/// kTimedOut if the resolver does not respond; else as NameLookup::result().
Result<std::vector<IpAddress>> addresses_of(const Host& host, const Deadline& deadline,
                                            const Cancel& cancel) {
  if (const auto* address = host.address()) return std::vector{*address};
  TRY_ASSIGN(const auto lookup, NameLookup::start(*host.name()));
  TRY_ASSIGN(const bool is_ready, wait_for(lookup.fd(), POLLIN, deadline, cancel));
  const auto found = lookup.result();
  if (!is_ready || !found) return fail(ErrorCode::kTimedOut, "the resolver does not respond");
  return *found;
}

}  // namespace

Result<SmbAnswer> probe_smb(const Endpoint& server, const Deadline& deadline,
                            const Cancel& cancel) {
  const auto addresses = addresses_of(server.host, deadline, cancel);
  if (!addresses) {
    const auto& error = addresses.error();
    if (error.code == ErrorCode::kInterrupted || error.code == ErrorCode::kSystem) {
      return fail(error);
    }
    return SmbAnswer{State::kUnresolved, error.message};
  }
  SmbAnswer answer;
  for (const auto& address : *addresses) {
    TRY_ASSIGN(answer, ask(address, server.port, deadline, cancel));
    const bool has_failed = answer.state == State::kRefused || answer.state == State::kNoResponse;
    if (!has_failed || deadline.expired()) break;
  }
  return answer;
}

}  // namespace glusterconsul::admin
