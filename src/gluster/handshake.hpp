#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// A GETSPEC call of gluster's handshake program (14398633 version 2, procedure
/// 2) for `volfile_id` as one record, with the xdata that makes glusterd 3.x to 11
/// answer.
[[nodiscard]] std::vector<std::byte> encode_getspec(std::uint32_t xid, std::string_view volfile_id);

/// glusterd's reply about a volume.
struct GetspecReply {
  std::int32_t op_ret = -1;
  std::int32_t op_errno = 0;
  std::string volfile;  ///< empty if op_ret < 0
};

/// Reads one reply record. kBadReply if it is not an accepted, successful RPC
/// reply to `xid`, or a length reaches beyond its end. That glusterd has no volfile
/// is not an error here: it is an op_ret. Fields after the known ones, as a newer
/// glusterd may send them, are ignored.
[[nodiscard]] Result<GetspecReply> decode_getspec(std::span<const std::byte> record,
                                                  std::uint32_t xid);

}  // namespace glusterconsul::gluster
