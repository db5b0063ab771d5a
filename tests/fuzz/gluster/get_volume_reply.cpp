#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "gluster/management.hpp"

using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

/// For any record, as a reply to LIST_VOLUME: each name is in it. As one to GET_VOLUME: its
/// dictionary is not larger than the record, only status and count together show whether the volume
/// exists, and the answer to another call is rejected. A volume has bricks in whole sets, and each
/// brick and option is in the record.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = std::as_bytes(std::span(data, size));
  const auto names = decode_list_volume(record, 1);
  require(!names || names->size() <= size / 9);
  const auto reply = decode_get_volume(record, 1);
  if (!reply) {
    require(reply.error().code == glusterconsul::ErrorCode::kBadReply);
    require_sentence(reply.error());
    return 0;
  }
  require(reply->dictionary.size() <= size / 9);
  const auto count = reply->dictionary.text("count");
  const auto found = has_volume(*reply);
  const bool says_no = found == HasVolume::kNo;
  const bool says_yes = found == HasVolume::kYes || found == HasVolume::kNotStarted;
  require(!says_no || (reply->op_ret < 0 && count));
  require(!says_yes || (reply->op_ret == 0 && count));
  require(!decode_get_volume(record, 2).has_value());
  const auto info = read_volume_info(reply->dictionary);
  if (!info) {
    require_sentence(info.error());
    return 0;
  }
  require(!info->bricks.empty() && info->bricks.size() <= kMaxBricks);
  require(info->bricks.size() + info->options.size() <= size / 9);
  require(info->set_count > 0 && info->bricks.size() % info->set_count == 0);
  for (const auto& brick : info->bricks) {
    require(!brick.host.empty() && brick.path.starts_with('/'));
  }
  return 0;
}
