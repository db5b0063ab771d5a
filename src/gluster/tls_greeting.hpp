#pragma once

#include <cstddef>
#include <vector>

namespace glusterconsul::gluster {

/// A ClientHello of TLS 1.2 (RFC 5246, section 7.4.1.2), without a server name, as one record. A
/// server with TLS answers it with a handshake or an alert, one without TLS does not understand it:
/// so it distinguishes encrypted connections, which close a plain call without an answer, from
/// servers that are broken.
[[nodiscard]] std::vector<std::byte> tls_greeting();

/// Whether a TLS record of a server that answers can begin with this byte.
[[nodiscard]] bool is_tls_answer(std::byte first);

}  // namespace glusterconsul::gluster
