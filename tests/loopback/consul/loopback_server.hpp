#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::loopback {

/// One accepted connection. Each call returns early when the server is destroyed.
class Connection {
 public:
  Connection(UniqueFd socket, const Cancel& stop) : socket_(std::move(socket)), stop_(stop) {}

  /// At least one byte; nullopt after the peer has closed the connection.
  [[nodiscard]] std::optional<std::string> receive();
  /// False after the peer has closed the connection.
  bool send(std::string_view bytes);
  /// False if the server is destroyed in the meantime.
  bool pause(milliseconds span);
  /// Sends nothing until the peer closes the connection.
  void wait_for_close();

 private:
  bool wait_for(short events, const Deadline& deadline);
  UniqueFd socket_;
  const Cancel& stop_;
};

/// A stream server on a loopback address or a Unix socket, with a thread for each connection.
/// Errors of its sockets abort the test program.
class LoopbackServer {
 public:
  using Serve = std::function<void(Connection&)>;

  /// On a free port of 127.0.0.1.
  explicit LoopbackServer(Serve serve);
  LoopbackServer(Serve serve, const IpAddress& address, Port port);
  LoopbackServer(Serve serve, const std::string& unix_path);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] Port port() const { return port_; }
  /// "127.0.0.1:PORT"
  [[nodiscard]] std::string authority() const;

 private:
  void accept_all();
  Serve serve_;
  UniqueFd listener_;
  Port port_ = 0;
  Cancel stop_;
  std::list<std::thread> connections_;
  std::thread acceptor_;
};

/// A socket that is bound to the address and does not listen yet; port 0 selects a
/// free one.
[[nodiscard]] UniqueFd bound_to(const IpAddress& address, Port port);

/// A port of 127.0.0.1 that nothing listens on.
[[nodiscard]] Port closed_port();

}  // namespace glusterconsul::loopback
