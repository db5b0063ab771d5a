#include "consul/tls_failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace glusterconsul::consul {
namespace {

struct Known {
  std::string_view words;  ///< of libcurl, or of OpenSSL's X509_verify_cert_error_string(3)
  TlsCause cause;
};

using Subject = TlsCause::Subject;

constexpr TlsCause kOtherAuthority = {
    Subject::kCertificate, "is not from an authority that this machine trusts",
    "set consul-ca-cert= to the certificate of the authority that issued Consul's certificate"};
constexpr TlsCause kOtherName = {
    Subject::kCertificate, "is for another name",
    "set consul-tls-server-name= to a name in its certificate, such as server.dc1.consul"};
constexpr TlsCause kNoTls = {
    Subject::kConsul, "does not use TLS on that port",
    "set consul-http-addr= to the HTTPS port of Consul, usually 8501; if it worked before, "
    "find out what listens there"};
constexpr TlsCause kNoPair = {
    Subject::kOwnFiles,
    "consul-client-cert= and consul-client-key= do not match or are not in PEM format",
    "set consul-client-key= to the key that belongs to the certificate"};
constexpr TlsCause kBadCertificate = {
    Subject::kOwnFiles, "consul-client-cert= is not a certificate in PEM format",
    "set consul-client-cert= to a file that contains BEGIN CERTIFICATE"};
constexpr TlsCause kBadAuthority = {
    Subject::kOwnFiles, "consul-ca-cert= contains no certificate in PEM format",
    "set consul-ca-cert= to a file that contains BEGIN CERTIFICATE"};
constexpr TlsCause kRequiresCertificate = {
    Subject::kConsul, "requires a client certificate",
    "set consul-client-cert= and consul-client-key= to a certificate from Consul's authority"};
constexpr TlsCause kRejectsCertificate = {
    Subject::kConsul, "rejects our client certificate",
    "set consul-client-cert= to a valid certificate from the authority that Consul trusts "
    "(ca_file of the agent)"};

constexpr std::array kKnown = {
    Known{"unable to get local issuer certificate", kOtherAuthority},
    Known{"unable to get issuer certificate", kOtherAuthority},
    Known{"unable to verify the first certificate", kOtherAuthority},
    Known{"self-signed certificate", kOtherAuthority},
    Known{"self signed certificate", kOtherAuthority},
    Known{"alternative certificate subject name", kOtherName},
    Known{"does not match target", kOtherName},
    Known{"unable to obtain common name", kOtherName},
    Known{"wrong version number", kNoTls},
    Known{"packet length too long", kNoTls},
    Known{"record layer failure", kNoTls},
    Known{"unable to set private key file", kNoPair},
    Known{"does not match the certificate public key", kNoPair},
    Known{"could not load PEM client certificate", kBadCertificate},
    Known{"error setting certificate file", kBadAuthority},
    Known{"error setting certificate verify locations", kBadAuthority},
};

}  // namespace

TlsCause explain_tls(std::string_view words, ClientCertificate client) {
  const auto contains = [&](std::string_view part) {
    return words.find(part) != std::string_view::npos;
  };
  const auto* known = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& one) { return contains(one.words); });
  if (known != kKnown.end()) return known->cause;
  // An alert is the server's; these are about a certificate: RFC 8446, section 6.2.
  const bool is_about_ours =
      contains("alert") &&
      (contains("certificate") || contains("unknown ca") || contains("handshake failure"));
  if (!is_about_ours) return {Subject::kConsul, "", "check consul-http-addr= and consul-ca-cert="};
  return client == ClientCertificate::kNone ? kRequiresCertificate : kRejectsCertificate;
}

std::string describe_tls(const TlsCause& cause, std::string_view where, std::string_view words) {
  switch (cause.subject) {
    case Subject::kConsul:
      return fmt::format("{} {} ({})", where, cause.message, words);
    case Subject::kCertificate:
      return fmt::format("the certificate of {} {} ({})", where, cause.message, words);
    case Subject::kOwnFiles:
      return fmt::format("{} ({})", cause.message, words);
  }
  return "";
}

}  // namespace glusterconsul::consul
