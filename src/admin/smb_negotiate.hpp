#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::admin {

/// The maximum size of a reply. Real ones have a few hundred bytes.
inline constexpr std::size_t kMaxSmbReply = std::size_t{64} * 1024;

/// An SMB2 NEGOTIATE request for every dialect from 2.0.2 to 3.1.1, framed for TCP (MS-SMB2 2.1,
/// 2.2.3). It starts no session, so its salt and GUID need not be random.
[[nodiscard]] std::vector<std::byte> encode_smb_negotiate();

/// The server's reply (MS-SMB2 2.2.4).
struct SmbNegotiateReply {
  std::uint32_t status = 0;   ///< an NTSTATUS; 0: success
  std::uint16_t dialect = 0;  ///< 0x0311: 3.1.1; 0 if the status is not success
};

/// Decodes what has arrived on the connection so far. Nothing while the reply is incomplete;
/// kBadReply if it is not the reply to encode_smb_negotiate(), or larger than kMaxSmbReply.
[[nodiscard]] Result<std::optional<SmbNegotiateReply>> decode_smb_negotiate(
    std::span<const std::byte> received);

}  // namespace glusterconsul::admin
