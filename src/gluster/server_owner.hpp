#pragma once

#include <optional>
#include <string>

#include "util/error.hpp"
#include "util/host.hpp"
#include "util/peer_owner.hpp"

namespace glusterconsul::gluster {

/// Why the process that `port` of this machine leads to may not be a volfile server: an ordinary
/// user other than the caller owns it, or nobody knows. Nothing if it may be one, if the server is
/// on another machine, or if nothing listens.
[[nodiscard]] std::optional<std::string> why_untrusted(const Result<PeerOwner>& owner, Port port);

/// The owner is unknown for want of a descriptor or of memory, which says nothing about the server.
[[nodiscard]] bool is_want_of_descriptors(const Result<PeerOwner>& owner);

}  // namespace glusterconsul::gluster
