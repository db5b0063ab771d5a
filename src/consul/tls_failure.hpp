#pragma once

#include <string>
#include <string_view>

namespace glusterconsul::consul {

/// Whether we presented a certificate to Consul.
enum class ClientCertificate { kNone, kPresented };

/// A failure of TLS in words for an administrator, and the one option that remedies it.
struct TlsCause {
  std::string_view message;  ///< "its certificate is for another name"; empty: not known
  std::string_view hint;
};

/// Explains the message of libcurl and OpenSSL, which name neither the cause nor the option. Never
/// advises giving up encryption or verification: whoever sits between us and Consul can cause most
/// of these failures.
[[nodiscard]] TlsCause explain_tls(std::string_view words, ClientCertificate client);

}  // namespace glusterconsul::consul
