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
  std::string head;    ///< request line and header lines, as they came
  std::string body;
};

/// What the server does with one request. False: the connection is closed then.
using HttpBehaviour = std::function<bool(Connection&)>;

/// A whole reply with its length; the connection is kept.
[[nodiscard]] HttpBehaviour answers(int status, std::string body, std::string header_lines = "");
/// These bytes, and then closes.
[[nodiscard]] HttpBehaviour sends(std::string bytes);
/// These bytes one by one with a pause before each.
[[nodiscard]] HttpBehaviour drips(std::string bytes, milliseconds pause);
/// `start`, then `part` for ever.
[[nodiscard]] HttpBehaviour floods(std::string start, std::string part);
/// Nothing, until the other side closes.
[[nodiscard]] HttpBehaviour is_silent();
/// Closes without a word.
[[nodiscard]] HttpBehaviour closes();

/// A fake of Consul's HTTP API that does with each request what `decide` says.
class FakeHttp {
 public:
  using Decide = std::function<HttpBehaviour(const HttpRequest&)>;

  explicit FakeHttp(Decide decide);
  FakeHttp(Decide decide, const std::string& unix_path);
  /// The same with every request.
  explicit FakeHttp(HttpBehaviour behaviour);

  [[nodiscard]] Port port() const { return server_.port(); }
  [[nodiscard]] std::string authority() const { return server_.authority(); }
  [[nodiscard]] std::vector<HttpRequest> requests() const;

 private:
  void serve(Connection& connection);
  Decide decide_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  LoopbackServer server_;  // last: its threads use what stands above
};

}  // namespace glusterconsul::loopback
