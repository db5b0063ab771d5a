#pragma once

#include <string>
#include <string_view>

#include "consul/query.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::consul {

/// A file of the settings that is open and judged, for libcurl.
struct TlsFile {
  std::string path;  ///< as it was set; empty: none
  UniqueFd fd;
  /// What libcurl opens, which is the file that was judged; empty: none.
  [[nodiscard]] std::string link() const;
};

struct TlsFiles {
  TlsFile ca_cert;
  TlsFile client_cert;
  TlsFile client_key;
};

/// Whether the first private key in a PEM file (RFC 7468, or RFC 1421 section 4.6) needs a pass
/// phrase.
[[nodiscard]] bool needs_pass_phrase(std::string_view pem);

/// Opens the files that are set, as util/trusted_file.hpp judges them: whoever can change the
/// authorities decides who is taken for Consul, and a key is as secret as a token. Without
/// `verify`, no authorities. The errors of util/trusted_file.hpp, after the name of the option;
/// kUsage for a key with a pass phrase, which nobody could be asked for at boot.
[[nodiscard]] Result<TlsFiles> open_tls_files(const HttpSettings& settings);

/// A message of libcurl with the names of the files as they were set.
[[nodiscard]] std::string with_paths(std::string message, const TlsFiles& files);

}  // namespace glusterconsul::consul
