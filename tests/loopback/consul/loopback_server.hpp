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

/// One accepted connection. Each call ends early when the server goes.
class Connection {
 public:
  Connection(UniqueFd socket, const Cancel& stop) : socket_(std::move(socket)), stop_(stop) {}

  /// At least one byte; nothing once the other side has closed.
  [[nodiscard]] std::optional<std::string> receive();
  /// False once the other side has closed.
  bool send(std::string_view bytes);
  /// False where the server goes meanwhile.
  bool pause(milliseconds span);
  /// Says nothing until the other side closes.
  void wait_for_close();

 private:
  bool wait_for(short events, const Deadline& deadline);
  UniqueFd socket_;
  const Cancel& stop_;
};

/// A stream server on a loopback address or on a Unix socket; every connection has a
/// thread of its own. What goes wrong with its sockets ends the test program.
class LoopbackServer {
 public:
  using Serve = std::function<void(Connection&)>;

  /// On a port that is free, at 127.0.0.1.
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

/// A socket that is bound to the address and does not listen yet; port 0 is one that
/// is free.
[[nodiscard]] UniqueFd bound_to(const IpAddress& address, Port port);

/// A port of 127.0.0.1 that nothing listens on.
[[nodiscard]] Port closed_port();

}  // namespace glusterconsul::loopback
