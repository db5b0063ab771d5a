#pragma once

#include <string>
#include <string_view>

#include "consul/query.hpp"
#include "consul/tls_failure.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::consul {

/// A TLS file from the settings that has been opened and checked, for libcurl.
struct TlsFile {
  std::string path;  ///< as configured; empty: none
  UniqueFd fd;
  /// The path for libcurl, which leads to the file that was checked; empty: none.
  [[nodiscard]] std::string link() const;
};

struct TlsFiles {
  TlsFile ca_cert;
  TlsFile client_cert;
  TlsFile client_key;
  [[nodiscard]] ClientCertificate presented() const {
    return client_cert.fd ? ClientCertificate::kPresented : ClientCertificate::kNone;
  }
};

/// Whether the first private key in a PEM file (RFC 7468, or RFC 1421 section 4.6) needs a pass
/// phrase.
[[nodiscard]] bool needs_pass_phrase(std::string_view pem);

/// Opens the configured files and checks them as util/trusted_file.hpp describes: whoever can
/// change the authorities decides which server is accepted as Consul, and a key is as secret as a
/// token. Without `verify`, no authorities are opened. The errors are those of
/// util/trusted_file.hpp, prefixed with the name of the option; kUsage for a key with a pass
/// phrase, which nobody could enter at boot.
[[nodiscard]] Result<TlsFiles> open_tls_files(const HttpSettings& settings);

/// A message of libcurl, with the paths of the files as configured.
[[nodiscard]] std::string with_paths(std::string message, const TlsFiles& files);

}  // namespace glusterconsul::consul
