#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string>
#include <string_view>

#include "consul/tls_failure.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The hint if Consul does not respond.
inline constexpr const char* kCheckAgent = "check that the agent is running";

/// The hint if no reply arrives, although the connection was accepted, or because packets are lost.
inline constexpr const char* kTooSlow =
    "check that no firewall drops packets to it, or raise consul-timeout= if the agent is busy";

/// A failed libcurl transfer.
struct HttpFailure {
  CURLcode code;
  std::string_view words = {};  ///< libcurl's own message (CURLOPT_ERRORBUFFER); may be empty
  long os_error = 0;            ///< the errno that caused it; 0: unknown
  ClientCertificate client = ClientCertificate::kNone;
};

/// Whether one side rejected the other's certificate.
[[nodiscard]] bool is_certificate_problem(CURLcode code, std::string_view words);

/// Whether a broken connection may be the only sign of a rejected client certificate:
/// docs/facts.md, "TLS 1.3 refuses a client certificate after the handshake".
[[nodiscard]] bool may_be_a_lost_refusal(CURL* easy, CURLcode code);

/// Whether the server, or the local TLS library, does not support the TLS version that was offered.
[[nodiscard]] bool is_about_tls_version(std::string_view words);

/// kUnreadable if the TLS library cannot use one of our own files; otherwise kUntrusted,
/// kUnreachable, kTimedOut or kBadReply. `where` is Consul's name in errors. A
/// certificate that is not valid yet according to this machine's clock is a transient error, since
/// the clock may be wrong at boot until it is synchronized. An expired one is a permanent error.
[[nodiscard]] Error explain_failure(
    const HttpFailure& failure, const std::string& where,
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace glusterconsul::consul
