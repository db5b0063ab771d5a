#pragma once

#include <memory>
#include <string>

#include "consul/http_reply.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// One conversation with Consul's HTTP API: the questions of one lookup, over one kept connection.
/// No redirect, no proxy, no .netrc, no other protocol than HTTP; bodies to 24 MiB and headers to
/// 64 KiB. The program must ignore SIGPIPE: TLS libraries write without MSG_NOSIGNAL.
class HttpExchange {
 public:
  /// kUsage if a setting cannot be sent (a token with control characters),
  /// kUntrusted if a file for TLS does not exist, others can change it (or read a key; see
  /// util/trusted_file.hpp), or libcurl rejects it; kSystem if there is no memory.
  [[nodiscard]] static Result<HttpExchange> open(const HttpSettings& settings);

  HttpExchange(HttpExchange&&) noexcept;
  HttpExchange& operator=(HttpExchange&&) noexcept;
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  ~HttpExchange();

  /// Any complete reply is a value, whatever its status. kUnreachable,
  /// kTimedOut, kUntrusted, kBadReply (too big, no HTTP) or kInterrupted else.
  [[nodiscard]] Result<HttpReply> get(const std::string& target, const Deadline& deadline,
                                      const Cancel& cancel);
  [[nodiscard]] Result<HttpReply> post(const std::string& target, const std::string& body,
                                       const Deadline& deadline, const Cancel& cancel);

 private:
  struct Handles;
  explicit HttpExchange(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
};

}  // namespace glusterconsul::consul
