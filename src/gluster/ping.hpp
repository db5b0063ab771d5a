#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// A ping (program 123451501 version 1, procedure 2), as one record. glusterd and every brick
/// answer it at once, even a glusterd that is stuck in a transaction (docs/facts.md, "glusterd's
/// read-only calls"). Nothing is logged.
[[nodiscard]] std::vector<std::byte> encode_ping(std::uint32_t xid);

/// kBadReply if the record is not an accepted, successful RPC reply to `xid`.
[[nodiscard]] Result<void> decode_ping(std::span<const std::byte> record, std::uint32_t xid);

}  // namespace glusterconsul::gluster
