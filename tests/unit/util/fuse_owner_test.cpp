#include "util/fuse_owner.hpp"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

namespace glusterconsul {
namespace {

constexpr const char* kTable =
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,user_id=7\n"
    "37 35 0:41 / /home/u/\\040-\\040fuse rw,nosuid shared:2 - fuse.sshfs host:/ rw,user_id=1234,"
    "group_id=1234,allow_other\n"
    "38 35 0:42 / /mnt/g0 rw - fuse.glusterfs gl:/g0 rw,user_id=0,group_id=0\n"
    "39 35 0:43 / /mnt/bad rw - fuse x rw,user_id=9,user_id=many\n"
    "40 35 0:44 / /tmp rw - tmpfs tmpfs rw\n"
    "broken 0:45 line\n";

TEST(FuseOwner, IsTheUserWhoMounted) {
  EXPECT_EQ(fuse_owner(kTable, makedev(0, 41)), 1234U);
  EXPECT_EQ(fuse_owner(kTable, makedev(0, 42)), 0U);
  EXPECT_EQ(fuse_owner(kTable, makedev(0, 43)), 4294967295U);
}

TEST(FuseOwner, IsNoneForOtherFileSystems) {
  EXPECT_FALSE(fuse_owner(kTable, makedev(98, 0)));
  EXPECT_FALSE(fuse_owner(kTable, makedev(0, 44)));
  EXPECT_FALSE(fuse_owner(kTable, makedev(0, 45)));
  EXPECT_FALSE(fuse_owner(kTable, makedev(0, 99)));
  EXPECT_FALSE(fuse_owner("", makedev(0, 41)));
}

}  // namespace
}  // namespace glusterconsul
