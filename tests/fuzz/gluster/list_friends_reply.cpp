#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "gluster/management.hpp"

using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

/// For any record, as a reply to LIST_FRIENDS: each peer is in it, and the answer to another call
/// is rejected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = std::as_bytes(std::span(data, size));
  const auto pool = decode_list_friends(record, 1);
  if (!pool) {
    require(pool.error().code == glusterconsul::ErrorCode::kBadReply);
    require_sentence(pool.error());
    return 0;
  }
  require(pool->size() <= kMaxPeers && pool->size() <= size / 9);
  require(!decode_list_friends(record, 2).has_value());
  return 0;
}
