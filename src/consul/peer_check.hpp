#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Connects libcurl to listeners on this machine, and checks which user owns the listening process
/// before libcurl sends a byte (agent_trust.hpp). libcurl calls open_socket() for each address in
/// turn, and connects to other machines itself.
class PeerCheck {
 public:
  PeerCheck(std::string where, std::string agent_user)
      : where_(std::move(where)), agent_user_(std::move(agent_user)) {}

  /// Call it before each exchange; both arguments must outlive the exchange.
  void start(const Deadline& deadline, const Cancel& cancel);

  /// The reason that the last address was not used, if its owner was rejected.
  [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }
  /// The errno of our last failed attempt to connect; 0 if none failed.
  [[nodiscard]] int problem() const { return problem_; }

  /// CURLOPT_OPENSOCKETFUNCTION and CURLOPT_SOCKOPTFUNCTION, with this object as their data.
  static curl_socket_t open_socket(void* self, curlsocktype purpose,
                                   curl_sockaddr* address) noexcept;
  static int set_socket_options(void* self, curl_socket_t socket, curlsocktype purpose) noexcept;

 private:
  curl_socket_t open(const curl_sockaddr& address);
  curl_socket_t failed(int problem);
  int connect(int socket, const curl_sockaddr& address);

  std::string where_;
  std::string agent_user_;
  const Deadline* deadline_ = nullptr;
  const Cancel* cancel_ = nullptr;
  curl_socket_t connected_ = CURL_SOCKET_BAD;
  std::optional<Error> refusal_;
  int problem_ = 0;
};

}  // namespace glusterconsul::consul
