#pragma once

#include <optional>
#include <string>

#include "util/error.hpp"
#include "util/host.hpp"
#include "util/peer_owner.hpp"

namespace glusterconsul::gluster {

/// Why the process at `port` on this machine must not be used as a volfile server: it belongs to an
/// ordinary user other than the caller, or its owner is unknown. Nothing if it may be used, if the
/// server is on another machine, or if nothing listens.
[[nodiscard]] std::optional<std::string> why_untrusted(const Result<PeerOwner>& owner, Port port);

/// Whether the owner is unknown because of a lack of descriptors or memory, which does not depend
/// on the server.
[[nodiscard]] bool is_want_of_descriptors(const Result<PeerOwner>& owner);

}  // namespace glusterconsul::gluster
