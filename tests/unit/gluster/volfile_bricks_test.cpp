#include "gluster/volfile_bricks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "volfile.hpp"

namespace glusterconsul::gluster {
namespace {

using ::testing::SizeIs;

TEST(VolfileBricks, AreInOrderWithoutDuplicates) {
  const auto bricks = volfile_bricks(
      client("gl2", "/srv/a") + client("gl1", "/srv/a") + client("gl2", "/srv/a"), 10);
  ASSERT_THAT(bricks, SizeIs(2));
  EXPECT_EQ(to_string(bricks[0]), "gl2:/srv/a");
  EXPECT_EQ(to_string(bricks[1]), "gl1:/srv/a");
}

TEST(VolfileBricks, AreLimited) {
  std::string volfile;
  for (int i = 0; i < 100; ++i) volfile += client("gl1", "/srv/" + std::to_string(i));
  EXPECT_THAT(volfile_bricks(volfile, 3), SizeIs(3));
}

TEST(VolfileBricks, SkipWhatIsNotBrick) {
  const auto volfile = client("localhost", "/snapd") + client("-x", "/srv") +
                       "volume g0\n type debug/io-stats\n option remote-host gl1\n option "
                       "remote-subvolume /srv\nend-volume\n" +
                       client("gl1", "");
  EXPECT_THAT(volfile_bricks(volfile, 10), SizeIs(0));
}

}  // namespace
}  // namespace glusterconsul::gluster
