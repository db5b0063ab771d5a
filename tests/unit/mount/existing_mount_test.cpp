#include "mount/existing_mount.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/mount.h>

#include <optional>

#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ExistingMount : public MountFixture {};

TEST_F(ExistingMount, SameSourceIsSuccessWithoutAttempt) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  EXPECT_TRUE(run());
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(ExistingMount, DeadMountOfSameSourceIsFailure) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  system.existing_answers = fail(ErrorCode::kMountFailed, "Transport endpoint is not connected");
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(ran.error().message, HasSubstr("not connected"));
  EXPECT_THAT(ran.error().hint, HasSubstr("umount -l"));
}

struct OptionsRow {
  const char* name;
  unsigned long flags;
  const char* options;
  std::optional<ErrorCode> fails;
  const char* reported;
};
void PrintTo(const OptionsRow& row, std::ostream* out) {
  *out << row.name;
}

class ExistingMountOptions : public MountFixture,
                             public ::testing::WithParamInterface<OptionsRow> {};

TEST_P(ExistingMountOptions, AreCompared) {
  const auto& row = GetParam();
  system.table = {{7, "/mnt/g0", kSource, kGlusterType, 1, 0, row.flags}};
  const auto ran = run(row.options);
  EXPECT_EQ(ran.has_value(), !row.fails);
  if (ran) {
    EXPECT_THAT(reported, HasSubstr(row.reported));
    EXPECT_EQ(reported.empty(), *row.reported == '\0') << reported;
  } else {
    EXPECT_EQ(ran.error().code, row.fails);
    EXPECT_THAT(ran.error().message, HasSubstr(row.reported));
    EXPECT_THAT(ran.error().hint, HasSubstr("unmount it"));
  }
  EXPECT_THAT(system.attempts, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    ExistingMount, ExistingMountOptions,
    ::testing::Values(
        OptionsRow{"Same", MS_NOSUID | MS_NODEV | MS_RELATIME, "rw,nosuid,nodev,relatime", {}, ""},
        OptionsRow{"MoreThanRequested", MS_NOSUID | MS_NOATIME, "rw", {}, ""},
        OptionsRow{"ReadOnlyOnReadWrite", 0, "ro,noexec", ErrorCode::kConflict,
                   "gluster.service.consul:/g0 is already mounted on /mnt/g0 read-write, not "
                   "read-only"},
        OptionsRow{"ReadWriteOnReadOnly", MS_RDONLY, "rw", ErrorCode::kConflict,
                   "is already mounted on /mnt/g0 read-only, not read-write"},
        OptionsRow{"ReadOnlyTwice", MS_RDONLY, "ro", {}, ""},
        OptionsRow{"FlagsThatDoNotApply",
                   MS_NOSUID | MS_RELATIME,
                   "noexec,nosuid,noatime,sync,lazytime",
                   {},
                   "gluster.service.consul:/g0 is already mounted on /mnt/g0; these options do not "
                   "apply: noexec, noatime, sync, lazytime"},
        OptionsRow{"OppositeOfFlag",
                   MS_NOEXEC | MS_RELATIME,
                   "exec",
                   {},
                   "these options do not apply: exec"},
        OptionsRow{"LastOfOppositesCounts", MS_NOEXEC | MS_RELATIME, "exec,noexec", {}, ""}),
    [](const auto& row) { return row.param.name; });

TEST_F(ExistingMount, ReadOnlySnapshotIsMountedReadOnly) {
  system.table = {{7, "/mnt/g0", "gluster:/snaps/s1/g0", kGlusterType, 1, 0, MS_RDONLY}};
  const auto made = task("rw", "gluster:/snaps/s1/g0");
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(run_mount("/mnt/g0", *made, system, cancel, report));
}

TEST_F(ExistingMount, HasTimeToRecoverFromLostServer) {
  system.table = {{7, "/mnt/g0", kSource, "fuse.glusterfs"}};
  ASSERT_TRUE(run());
  EXPECT_GE(system.existing_may_take, 42s) << "network.ping-timeout of gluster";
  ASSERT_TRUE(run("consul-retry=0"));
  EXPECT_LE(system.existing_may_take, 25s) << "never more than the budget";
}

TEST_F(ExistingMount, OtherSourceIsConflictThatNamesBoth) {
  system.table = {{7, "/mnt/g0", "gluster.service.consul:/other", "fuse.glusterfs"}};
  const auto ran = run();
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().code, ErrorCode::kConflict);
  EXPECT_THAT(ran.error().message,
              AllOf(HasSubstr("gluster.service.consul:/other"), HasSubstr(kSource)));
}

struct TouchRow {
  const char* name;
  std::vector<MountEntry> table;
  const char* written;
  bool is_opened;
  bool is_checked;
};
void PrintTo(const TouchRow& row, std::ostream* out) {
  *out << row.name;
}

MountEntry gluster_mount(const char* target, int id = 7, int parent = 1) {
  return {id, target, "gluster.service.consul:/g0", kGlusterType, parent};
}
MountEntry other_mount(const char* target, int id, int parent) {
  return {id, target, "other", "fuse.other", parent, 1000};
}
const MountEntry kRootMount{1, "/", "/dev/vda1", "ext4", 0};

class ExistingMountTouches : public MountFixture, public ::testing::WithParamInterface<TouchRow> {};

TEST_P(ExistingMountTouches, FileSystemOnlyIfTableIsNotEnough) {
  system.table = GetParam().table;
  system.symbolic_link_to = "/mnt/g0";
  ASSERT_TRUE(run("", GetParam().written));
  EXPECT_EQ(!system.targets_opened.empty(), GetParam().is_opened);
  EXPECT_EQ(!system.targets_checked.empty(), GetParam().is_checked);
  EXPECT_EQ(!system.attempts.empty(), GetParam().is_checked) << "the rest is mounted already";
}

INSTANTIATE_TEST_SUITE_P(
    ExistingMount, ExistingMountTouches,
    ::testing::Values(
        TouchRow{"Mounted", {kRootMount, gluster_mount("/mnt/g0")}, "/mnt/g0", false, false},
        TouchRow{"MountedAndSpelledDifferently",
                 {kRootMount, gluster_mount("/mnt/g0")},
                 "//mnt/./g0/",
                 false,
                 false},
        TouchRow{"MountedOnAMount",
                 {kRootMount, other_mount("/mnt", 2, 1), gluster_mount("/mnt/g0", 7, 2)},
                 "/mnt/g0",
                 false,
                 false},
        TouchRow{"SymbolicLink", {kRootMount, gluster_mount("/mnt/g0")}, "/mnt/link", true, false},
        TouchRow{"Relative", {kRootMount, gluster_mount("/mnt/g0")}, "g0", true, false},
        TouchRow{"DotDot", {kRootMount, gluster_mount("/mnt/g0")}, "/mnt/link/../g0", true, false},
        TouchRow{"NotMounted", {kRootMount}, "/mnt/g0", true, true},
        TouchRow{"AnotherFileSystem",
                 {kRootMount, other_mount("/mnt/g0", 8, 1)},
                 "/mnt/g0",
                 true,
                 true}),
    [](const auto& row) { return row.param.name; });

TEST_F(ExistingMount, HiddenByAnotherMountDoesNotCount) {
  system.table = {kRootMount, gluster_mount("/mnt/g0"), other_mount("/mnt", 8, 1)};
  system.is_target_covered = true;
  ASSERT_TRUE(run());
  EXPECT_THAT(system.attempts, SizeIs(1));
}

TEST_F(ExistingMount, MaybeHiddenButVisibleIsSuccess) {
  system.table = {kRootMount, gluster_mount("/mnt/g0"), other_mount("/mnt", 8, 1)};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(ExistingMount, IsReportedWithoutOpeningIfDead) {
  system.table = {gluster_mount("/mnt/g0")};
  system.existing_answers = fail(ErrorCode::kTimedOut, "timed out");
  EXPECT_EQ(run().error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(system.targets_opened, IsEmpty());
}

TEST_F(ExistingMount, IsReportedWithoutOpeningIfSourceDiffers) {
  system.table = {{7, "/mnt/g0", "gluster.service.consul:/other", kGlusterType}};
  EXPECT_EQ(run().error().code, ErrorCode::kConflict);
  EXPECT_THAT(system.targets_opened, IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::mount
