#pragma once

#include <string>
#include <string_view>

namespace glusterconsul::consul {

/// Whether we presented a certificate to Consul.
enum class ClientCertificate { kNone, kPresented };

/// A failure of TLS in words for an administrator, and the one option that remedies it.
struct TlsCause {
  enum class Subject { kConsul, kCertificate, kOwnFiles };
  Subject subject = Subject::kConsul;
  std::string_view message;  ///< "is for another name"; empty: not known
  std::string_view hint;
};

/// Explains the message of libcurl and OpenSSL, which name neither the cause nor the option. Never
/// advises giving up encryption or verification: whoever sits between us and Consul can cause most
/// of these failures.
[[nodiscard]] TlsCause explain_tls(std::string_view words, ClientCertificate client);

/// "the certificate of Consul at https://c:8501 is for another name (WORDS)", for a known cause.
/// `where` is "Consul at https://c:8501", `words` is the message of libcurl.
[[nodiscard]] std::string describe_tls(const TlsCause& cause, std::string_view where,
                                       std::string_view words);

}  // namespace glusterconsul::consul
