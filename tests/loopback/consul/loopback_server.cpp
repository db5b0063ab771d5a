#include "loopback/consul/loopback_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "util/socket_address.hpp"

namespace glusterconsul::loopback {
namespace {

constexpr std::chrono::hours kLong{1};

void require(bool holds, const char* what) {
  if (holds) return;
  std::perror(what);
  std::abort();
}

IpAddress loopback() {
  return *IpAddress::parse("127.0.0.1");
}

UniqueFd bound_to_path(const std::string& path) {
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  require(path.size() < sizeof address.sun_path, "path");
  std::copy(path.begin(), path.end(), address.sun_path);
  require(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
          "bind");
  return listener;
}

Port port_of(const UniqueFd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  require(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0,
          "getsockname");
  return ntohs(address.sin_port);
}

}  // namespace

UniqueFd bound_to(const IpAddress& address, Port port) {
  const auto target = socket_address(address, port);
  UniqueFd listener(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* raw = reinterpret_cast<const sockaddr*>(&target.storage);
  require(::bind(listener.get(), raw, target.size) == 0, "bind");
  return listener;
}

bool Connection::wait_for(short events, const Deadline& deadline) {
  std::array<pollfd, 2> polled = {{{socket_.get(), events, 0}, {stop_.fd(), POLLIN, 0}}};
  // poll(2) ignores a negative descriptor: without events, only `stop_` is watched.
  if (events == 0) polled[0].fd = -1;
  const int ready = ::poll(polled.data(), polled.size(), deadline.poll_timeout());
  return ready > 0 && polled[1].revents == 0;
}

std::optional<std::string> Connection::receive() {
  std::array<char, 4096> part{};
  if (!wait_for(POLLIN, Deadline::after(kLong))) return std::nullopt;
  const auto count = ::recv(socket_.get(), part.data(), part.size(), 0);
  if (count <= 0) return std::nullopt;
  return std::string(part.data(), static_cast<std::size_t>(count));
}

bool Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(POLLOUT, Deadline::after(kLong))) return false;
    const auto count =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Connection::pause(milliseconds span) {
  wait_for(0, Deadline::after(span));
  return !stop_.requested();
}

void Connection::wait_for_close() {
  while (receive()) {
  }
}

LoopbackServer::LoopbackServer(Serve serve) : LoopbackServer(std::move(serve), loopback(), 0) {}

LoopbackServer::LoopbackServer(Serve serve, const IpAddress& address, Port port)
    : serve_(std::move(serve)), listener_(bound_to(address, port)), port_(port_of(listener_)) {
  require(::listen(listener_.get(), SOMAXCONN) == 0, "listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::LoopbackServer(Serve serve, const std::string& unix_path)
    : serve_(std::move(serve)), listener_(bound_to_path(unix_path)) {
  require(::listen(listener_.get(), SOMAXCONN) == 0, "listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  stop_.request();
  acceptor_.join();
  for (auto& connection : connections_) connection.join();
}

std::string LoopbackServer::authority() const {
  return "127.0.0.1:" + std::to_string(port_);
}

void LoopbackServer::accept_all() {
  while (!stop_.requested()) {
    std::array<pollfd, 2> polled = {{{listener_.get(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), -1);
    if ((polled[0].revents & POLLIN) == 0) continue;
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) continue;
    connections_.emplace_back([this, accepted = std::move(socket)]() mutable {
      Connection connection(std::move(accepted), stop_);
      serve_(connection);
    });
  }
}

Port closed_port() {
  return port_of(bound_to(loopback(), 0));
}

}  // namespace glusterconsul::loopback
