#include "gluster/rpc_call.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "gluster/client_addresses.hpp"
#include "util/socket_address.hpp"

namespace glusterconsul::gluster {

using Kind = CallEnd::Kind;

void RpcCall::finish(Kind kind, std::string detail) {
  if (!end_) end_ = CallEnd{kind, std::move(detail), {}};
  lookup_.reset();
  socket_.reset();
}

void RpcCall::start() {
  if (const auto* address = server_.host.address()) return connect(*address);
  auto lookup = NameLookup::start(*server_.host.name());
  if (!lookup) return finish(Kind::kNoResponse, lookup.error().message);
  lookup_ = *std::move(lookup);
}

void RpcCall::connect(const IpAddress& address) {
  const auto target = socket_address(address, server_.port);
  socket_.reset(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return finish(Kind::kNoResponse, errno_text(errno));
  const auto* raw = reinterpret_cast<const sockaddr*>(&target.storage);
  const bool failed = ::connect(socket_.get(), raw, target.size) != 0;
  // An interrupted connect(2) continues in the background too.
  if (failed && errno != EINPROGRESS && errno != EINTR) finish(Kind::kRefused, errno_text(errno));
}

pollfd RpcCall::watched() const {
  if (end_) return {-1, 0, 0};
  if (lookup_) return {lookup_->fd(), POLLIN, 0};
  const bool writes = !is_connected_ || sent_ < call_.size();
  return {socket_.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
}

void RpcCall::advance() {
  if (end_) return;
  if (lookup_) return take_addresses();
  if (!is_connected_) finish_connecting();
  if (!end_) exchange();
}

void RpcCall::take_addresses() {
  const auto found = lookup_->result();
  if (!found) return;
  lookup_.reset();
  if (!*found) return finish(Kind::kUnresolved, found->error().message);
  connect(in_clients_order(**found).front());
}

void RpcCall::finish_connecting() {
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  is_connected_ = problem == 0;
  if (problem == ETIMEDOUT) return finish(Kind::kNoResponse, errno_text(problem));
  if (problem != 0) return finish(Kind::kRefused, errno_text(problem));
  if (call_.empty()) finish(Kind::kReply, "");
}

void RpcCall::exchange() {
  if (sent_ < call_.size()) {
    const auto rest = std::span(call_).subspan(sent_);
    const auto count = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count > 0) sent_ += static_cast<std::size_t>(count);
    if (count < 0 && errno != EAGAIN && errno != EINTR)
      return finish(Kind::kClosed, errno_text(errno));
  }
  std::array<std::byte, 16384> part{};
  const auto count = ::recv(socket_.get(), part.data(), part.size(), 0);
  if (count == 0) return finish(Kind::kClosed, "closed the connection without an answer");
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) finish(Kind::kClosed, errno_text(errno));
    return;
  }
  const auto added = reader_.add(std::span(part).first(static_cast<std::size_t>(count)));
  if (!added) return finish(Kind::kClosed, added.error().message);
  if (const auto record = reader_.record()) {
    finish(Kind::kReply, "");
    end_->record.assign(record->begin(), record->end());
  }
}

void RpcCall::time_out() {
  if (lookup_) {
    finish(Kind::kUnresolved, "the name was not resolved in time");
  } else {
    finish(Kind::kNoResponse, is_connected_ ? "connected, but no answer" : "no connection");
  }
}

void run_calls(std::span<RpcCall> calls, const Deadline& deadline, const Cancel& cancel) {
  for (auto& call : calls) call.start();
  for (;;) {
    std::vector<pollfd> watched;
    bool is_open = false;
    for (const auto& call : calls) {
      watched.push_back(call.watched());
      is_open = is_open || !call.end();
    }
    if (!is_open) return;
    if (deadline.expired() || cancel.requested()) break;
    watched.push_back({cancel.fd(), POLLIN, 0});
    ::poll(watched.data(), watched.size(), deadline.poll_timeout());
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (watched[i].revents != 0) calls[i].advance();
    }
  }
  for (auto& call : calls) call.time_out();
}

}  // namespace glusterconsul::gluster
