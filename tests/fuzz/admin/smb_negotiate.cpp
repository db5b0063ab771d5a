#include "admin/smb_negotiate.hpp"

#include <cstddef>
#include <cstdint>

#include "../check.hpp"

using namespace glusterconsul::admin;
using namespace glusterconsul::fuzz;

/// A decoded reply does not change if more arrives, is not decoded before it is complete, and is
/// never one to another command.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto received = std::as_bytes(std::span(data, size));
  const auto reply = decode_smb_negotiate(received);
  if (!reply) {
    require(reply.error().code == glusterconsul::ErrorCode::kBadReply);
    require_sentence(reply.error());
    return 0;
  }
  if (!*reply) {
    require(size < kMaxSmbReply + 4);
    return 0;
  }
  require(((*reply)->status == 0) == ((*reply)->dialect != 0));
  const auto length = (std::size_t{data[1]} << 16U | std::size_t{data[2]} << 8U | data[3]) + 4;
  require(length <= size && data[4] == 0xFE);
  const auto incomplete = decode_smb_negotiate(received.first(length - 1));
  require(incomplete && !*incomplete);
  const auto exact = decode_smb_negotiate(received.first(length));
  require(exact && *exact && (*exact)->dialect == (*reply)->dialect);
  return 0;
}
