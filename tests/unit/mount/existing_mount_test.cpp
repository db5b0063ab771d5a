#include "mount/existing_mount.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExistingMount : public MountFixture {};

TEST_F(ExistingMount, SameSourceIsSuccessWithoutAnAttempt) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  EXPECT_TRUE(run());
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(ExistingMount, SameSourceThatIsDeadIsAFailure) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  system.existing_answers = fail(ErrorCode::kMountFailed, "Transport endpoint is not connected");
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, HasSubstr("not connected"));
  EXPECT_THAT(ran.error().hint, HasSubstr("umount -l"));
}

TEST_F(ExistingMount, MayHaveJustLostAServer) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  ASSERT_TRUE(run());
  EXPECT_GE(system.existing_may_take, 42s) << "network.ping-timeout of gluster";
  ASSERT_TRUE(run("consul-retry=0"));
  EXPECT_LE(system.existing_may_take, 25s) << "never more than the budget";
}

TEST_F(ExistingMount, AnotherSourceIsAConflictThatNamesBoth) {
  system.table = {{7, "/mnt/g0", "gluster.service.consul:/other", "fuse.glusterfs"}};
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kConflict);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("gluster.service.consul:/other"), HasSubstr(kSource)));
}

}  // namespace
}  // namespace glusterconsul::mount
