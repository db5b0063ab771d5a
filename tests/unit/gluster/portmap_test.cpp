#include "gluster/portmap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bytes.hpp"

namespace glusterconsul::gluster {
namespace {

TEST(PortByBrick, EncodesProgramAndPath) {
  const auto call = encode_port_by_brick(kXid, "/srv/b");
  EXPECT_EQ(call, words({kLastFragment | static_cast<std::uint32_t>(call.size() - 4), kXid, 0, 2,
                         34123456, 1, 1, 0, 0, 0, 0}) +
                      opaque(text("/srv/b")));
}

TEST(PortByBrick, ReplyHasPortIfBrickRuns) {
  const auto port = [](const Bytes& results) {
    return decode_port_by_brick(accepted(kXid) + results, kXid);
  };
  EXPECT_EQ(*port(words({0, 0, 1, 49152})), Port{49152});
  EXPECT_EQ(*port(words({kFailed, 0, 0, 0})), std::nullopt);
  EXPECT_EQ(*port(words({0, 0, 0, 0})), std::nullopt);
  EXPECT_EQ(*port(words({0, 0, 1, 65536})), std::nullopt);
  EXPECT_EQ(port(words({0, 0, 1})).error().code, ErrorCode::kBadReply);
  EXPECT_EQ(decode_port_by_brick(accepted(kXid + 1), kXid).error().code, ErrorCode::kBadReply);
}

}  // namespace
}  // namespace glusterconsul::gluster
