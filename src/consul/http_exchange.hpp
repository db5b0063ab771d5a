#pragma once

#include <memory>
#include <string>

#include "consul/http_reply.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// An exchange with Consul's HTTP API: the queries of one lookup over one persistent connection.
/// There are no redirects, no proxy, no .netrc and no protocol other than HTTP; bodies are limited
/// to 20 MiB and headers to 64 KiB. The program must ignore SIGPIPE, because TLS libraries write
/// without MSG_NOSIGNAL.
class HttpExchange {
 public:
  /// kUsage if a setting cannot be sent (a token with control characters); kUntrusted if a TLS file
  /// does not exist, if others can change it (or read it, if it is a key; see
  /// util/trusted_file.hpp), or if libcurl rejects it; kSystem if out of memory.
  [[nodiscard]] static Result<HttpExchange> open(const HttpSettings& settings);

  HttpExchange(HttpExchange&&) noexcept;
  HttpExchange& operator=(HttpExchange&&) noexcept;
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  ~HttpExchange();

  enum class Method { kGet, kPost, kPut, kDelete };

  /// Any complete reply is a value, whatever its status. Otherwise kUnreachable, kTimedOut,
  /// kUntrusted, kBadReply (too large, or not HTTP) or kInterrupted. Only kPost and kPut send the
  /// body.
  [[nodiscard]] Result<HttpReply> send(Method method, const std::string& target,
                                       const std::string& body, const Deadline& deadline,
                                       const Cancel& cancel);
  [[nodiscard]] Result<HttpReply> get(const std::string& target, const Deadline& deadline,
                                      const Cancel& cancel) {
    return send(Method::kGet, target, {}, deadline, cancel);
  }
  [[nodiscard]] Result<HttpReply> post(const std::string& target, const std::string& body,
                                       const Deadline& deadline, const Cancel& cancel) {
    return send(Method::kPost, target, body, deadline, cancel);
  }

 private:
  struct Handles;
  explicit HttpExchange(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
};

}  // namespace glusterconsul::consul
