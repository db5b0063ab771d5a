#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "loopback/consul/loopback_server.hpp"

namespace glusterconsul::loopback {

struct HttpRequest {
  std::string method;
  std::string target;  ///< path and query
  std::string head;    ///< request line and header lines, as received
  std::string body;
};

/// What the server does with one request; false closes the connection.
using HttpBehaviour = std::function<bool(Connection&)>;

/// Sends a complete reply; the connection stays open.
[[nodiscard]] HttpBehaviour answers(int status, std::string body, std::string header_lines = "");
/// Sends these bytes, then closes the connection.
[[nodiscard]] HttpBehaviour sends(std::string bytes);
/// Sends these bytes one by one, with a pause before each.
[[nodiscard]] HttpBehaviour drips(std::string bytes, milliseconds pause);
/// Sends `start`, then `part` again and again.
[[nodiscard]] HttpBehaviour floods(std::string start, std::string part);
/// Sends nothing until the peer closes the connection.
[[nodiscard]] HttpBehaviour never_responds();
/// Closes the connection without a reply.
[[nodiscard]] HttpBehaviour closes();

/// A fake of Consul's HTTP API that handles each request as `decide` returns.
class FakeHttp {
 public:
  using Decide = std::function<HttpBehaviour(const HttpRequest&)>;

  explicit FakeHttp(Decide decide);
  FakeHttp(Decide decide, const std::string& unix_path);
  /// Handles every request in the same way.
  explicit FakeHttp(HttpBehaviour behaviour);

  [[nodiscard]] Port port() const { return server_.port(); }
  [[nodiscard]] std::string authority() const { return server_.authority(); }
  [[nodiscard]] std::vector<HttpRequest> requests() const;

 private:
  void serve(Connection& connection);
  Decide decide_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  LoopbackServer server_;  // last: its threads use the members above
};

}  // namespace glusterconsul::loopback
