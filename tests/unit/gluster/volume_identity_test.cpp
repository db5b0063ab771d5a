#include "gluster/volume_identity.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "volfile.hpp"

namespace glusterconsul::gluster {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(VolumeIdentity, IsUnorderedSetOfBricks) {
  const auto identity = volume_identity(client("gl1") + client("gl2"));
  EXPECT_TRUE(identity.is_known());
  EXPECT_EQ(identity.first_brick, "gl1:/srv/g0/brick");
  EXPECT_EQ(identity, volume_identity(client("GL2") + client("gl1") + client("gl2")));
  EXPECT_NE(identity, volume_identity(client("gl1")));
  EXPECT_NE(identity, volume_identity(client("gl1") + client("gl2", "/srv/g1/brick")));
}

TEST(VolumeIdentity, IsUnknownWithoutBricks) {
  for (const auto& volfile :
       {std::string(), std::string("\n\n"), client(""), client("-x"), client("gl1", ""),
        std::string("option remote-host gl1\noption remote-subvolume /srv\nend-volume\n"),
        std::string("volume a\ntype protocol/client\noption remote-host gl1\nend-volume\n"
                    "volume b\ntype features/shard\noption remote-subvolume /srv\nend-volume\n")}) {
    EXPECT_FALSE(volume_identity(volfile).is_known()) << volfile;
  }
}

// Otherwise two different pools would appear to have bricks in common.
TEST(VolumeIdentity, IgnoresLoopbackBricks) {
  EXPECT_THAT(volume_identity(client("localhost") + client("127.0.0.1")).brick_hashes, IsEmpty());
}

TEST(VolumeIdentity, IsBounded) {
  std::string volfile = client("gl0", std::string(100'000, 'x'));
  for (int i = 1; i < 3000; ++i) volfile += client(fmt::format("gl{}", i));
  const auto identity = volume_identity(volfile);
  EXPECT_THAT(identity.brick_hashes, SizeIs(kMaxIdentityBricks));
  EXPECT_THAT(identity.first_brick, SizeIs(512));
}

}  // namespace
}  // namespace glusterconsul::gluster
