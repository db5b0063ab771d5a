#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::gluster {

/// A PORTBYBRICK call of gluster's portmapper (34123456 version 1, procedure 1) for the brick with
/// this directory, as one record. It is answered by the glusterd of the brick's own host:
/// docs/facts.md, "glusterd's read-only calls".
[[nodiscard]] std::vector<std::byte> encode_port_by_brick(std::uint32_t xid, std::string_view path);

/// The port in one reply record; nothing if the brick is not running. kBadReply if it is not an
/// accepted, successful RPC reply to `xid`, or too short.
[[nodiscard]] Result<std::optional<Port>> decode_port_by_brick(std::span<const std::byte> record,
                                                               std::uint32_t xid);

}  // namespace glusterconsul::gluster
