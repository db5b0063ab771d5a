#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// A GETSPEC call of gluster's handshake program (14398633 version 2, procedure
/// 2) for `volfile_id` as one record of ONC RPC over TCP (RFC 5531, record
/// marking section 11; XDR, RFC 4506), AUTH_NONE, with the xdata that makes
/// glusterd 3.x to 11 answer.
[[nodiscard]] std::vector<std::byte> encode_getspec(std::uint32_t xid, std::string_view volfile_id);

/// The largest reply that is read: a volfile of a very large volume is some MiB.
inline constexpr std::size_t kMostReply = std::size_t{16} * 1024 * 1024;

/// What glusterd says of a volume.
struct GetspecReply {
  std::int32_t op_ret = -1;
  std::int32_t op_errno = 0;
  std::string volfile;  ///< empty where op_ret < 0
};

/// Puts a record together from what arrives piece by piece. Memory grows with
/// what has arrived, never with what a fragment's header promises.
class RecordReader {
 public:
  /// Adds bytes; kBadReply once a fragment or the whole is larger than
  /// kMostReply, or where fragments (even empty ones) come without an end.
  [[nodiscard]] Result<void> add(std::span<const std::byte> bytes);
  /// The record, once its last fragment is complete; bytes behind it are
  /// ignored. Points into the reader.
  [[nodiscard]] std::optional<std::span<const std::byte>> record() const;

 private:
  [[nodiscard]] Result<void> start_fragment();

  std::array<std::byte, 4> header_{};
  std::size_t header_size_ = 0;    ///< of the fragment that is being read
  std::size_t fragment_left_ = 0;  ///< bytes of it still to come
  bool last_fragment_ = false;
  std::size_t fragments_ = 0;
  std::vector<std::byte> record_;
  bool complete_ = false;
};

/// Reads one reply record. kBadReply where it is no accepted, successful RPC
/// reply to `xid`, or a length reaches behind its end. "No such volume" is no
/// error here: it is an op_ret. Fields behind the known ones, as a newer glusterd
/// may send them, are ignored.
[[nodiscard]] Result<GetspecReply> decode_getspec(std::span<const std::byte> record,
                                                  std::uint32_t xid);

}  // namespace glusterconsul::gluster
