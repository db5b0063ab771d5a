#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// A GETSPEC call of gluster's handshake program (14398633 version 2, procedure 2) for
/// `volfile_id`, as one record, with the xdata that glusterd 3.x to 11 requires.
[[nodiscard]] std::vector<std::byte> encode_getspec(std::uint32_t xid, std::string_view volfile_id);

/// glusterd's reply to GETSPEC.
struct GetspecReply {
  std::int32_t op_ret = -1;
  std::int32_t op_errno = 0;
  std::string volfile;  ///< empty if op_ret < 0
};

/// Decodes one reply record. kBadReply if it is not an accepted, successful RPC reply to `xid`, or
/// if a length extends beyond its end. A reply without a volfile is not an error here: op_ret shows
/// it. Fields after the known ones, which a newer glusterd may send, are ignored.
[[nodiscard]] Result<GetspecReply> decode_getspec(std::span<const std::byte> record,
                                                  std::uint32_t xid);

}  // namespace glusterconsul::gluster
