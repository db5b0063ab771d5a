#include "gluster/volume_type.hpp"

#include <gtest/gtest.h>

namespace glusterconsul::gluster {
namespace {

std::string name_of(VolumeInfo::Type type, std::uint32_t set_count) {
  VolumeInfo volume;
  volume.type = type;
  volume.set_count = set_count;
  return type_name(volume);
}

TEST(VolumeType, IsNamedAsByGluster) {
  using Type = VolumeInfo::Type;
  EXPECT_EQ(name_of(Type::kDistribute, 1), "distribute");
  EXPECT_EQ(name_of(Type::kDistribute, 3), "distribute");
  EXPECT_EQ(name_of(Type::kReplicate, 1), "replicate");
  EXPECT_EQ(name_of(Type::kReplicate, 2), "distributed-replicate");
  EXPECT_EQ(name_of(Type::kDisperse, 1), "disperse");
  EXPECT_EQ(name_of(Type::kDisperse, 2), "distributed-disperse");
  EXPECT_EQ(name_of(Type::kOther, 2), "other");
}

}  // namespace
}  // namespace glusterconsul::gluster
