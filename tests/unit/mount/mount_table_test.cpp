#include "mount/mount_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/mount.h>

#include <ostream>

namespace glusterconsul::mount {

void PrintTo(const MountEntry& entry, std::ostream* out) {
  *out << entry.id << " " << entry.source << " at " << entry.target << ", " << entry.type;
}

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTable =
    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "40 21 0:40 / /mnt/g0 rw,relatime shared:9 - fuse.glusterfs gluster.service.consul:/g0 rw\n"
    "41 21 0:41 / /mnt/a\\040b rw,relatime - fuse.glusterfs x:/v/c\\040d rw\n"
    "42 21 0:42 / /auto rw - autofs /etc/auto.g rw\n"
    "43 42 0:43 / /auto rw master:3 - tmpfs none rw\n";

TEST(MountTable, KeepsOrderAndUnescapesPaths) {
  EXPECT_THAT(
      *parse_mount_table(kTable),
      ElementsAre(MountEntry{21, "/", "/dev/sda1", "ext4", 1, 0, MS_RELATIME},
                  MountEntry{40, "/mnt/g0", "gluster.service.consul:/g0", "fuse.glusterfs", 21, 0,
                             MS_RELATIME},
                  MountEntry{41, "/mnt/a b", "x:/v/c d", "fuse.glusterfs", 21, 0, MS_RELATIME},
                  MountEntry{42, "/auto", "/etc/auto.g", "autofs", 21, 0, MS_STRICTATIME},
                  MountEntry{43, "/auto", "none", "tmpfs", 42, 0, MS_STRICTATIME}));
}

// An ordinary user can mount with any source and type by using fusermount3(1).
TEST(MountTable, IgnoresFuseMountOfOtherUser) {
  const auto table = parse_mount_table(
      "40 21 0:40 / /mnt/g0 rw - fuse.glusterfs gluster:/g0 rw,user_id=1000,allow_other\n"
      "41 21 0:41 / /mnt/g1 rw - fuse.glusterfs gluster:/g1 rw,user_id=0,allow_other\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(occupied(*table, "/mnt/g0", "gluster:/g0"), Occupied::kNo);
  EXPECT_EQ(occupied(*table, "/mnt/g1", "gluster:/g1"), Occupied::kSame);
  const auto found = new_mounts({}, *table);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].target, "/mnt/g1");
}

TEST(MountTable, ReadsFlagsOfMountAndSuperblock) {
  const auto table = parse_mount_table(
      "40 21 0:40 / /mnt ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow - fuse.glusterfs a "
      "rw,sync,dirsync,lazytime,user_id=0,noexecute\n"
      "41 21 0:41 / /srv rw,relatime - fuse.glusterfs b ro\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->at(0).flags, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |
                                    MS_NODIRATIME | MS_NOSYMFOLLOW | MS_SYNCHRONOUS | MS_DIRSYNC |
                                    MS_LAZYTIME);
  EXPECT_EQ(table->at(1).flags, MS_RDONLY | MS_RELATIME);
}

TEST(MountTable, AcceptsEmptySource) {
  const auto table = parse_mount_table("40 21 0:40 / /mnt rw - fuse.glusterfs  rw\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(mounted_at(*table, "/mnt")->source, "");
}

TEST(MountTable, SkipsMalformedLine) {
  const auto table = parse_mount_table(std::string(kTable) + "44 oops\n" +
                                       "45 21 0:45 / /srv rw - xfs /dev/sdb rw\n");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->size(), 6U);
  EXPECT_TRUE(mounted_at(*table, "/srv").has_value());
}

TEST(MountTable, AcceptsEmptyText) {
  EXPECT_THAT(*parse_mount_table(""), IsEmpty());
}

TEST(MountTable, OfThisProcessContainsRoot) {
  const auto table = read_mount_table();
  ASSERT_TRUE(table.has_value()) << table.error().message;
  EXPECT_TRUE(mounted_at(*table, "/").has_value());
}

TEST(MountTable, ReportsPathIfUnreadable) {
  const auto table = read_mount_table("/proc/nonexistent/mountinfo");
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().code, ErrorCode::kSystem);
  EXPECT_THAT(table.error().message, HasSubstr("/proc/nonexistent/mountinfo: No such file"));
}

TEST(MountTable, ReportsPathIfNotAMountTable) {
  const auto table =
      read_mount_table("/proc/self");  // a directory: open(2) succeeds, read(2) fails
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().code, ErrorCode::kSystem);
  EXPECT_THAT(table.error().message, HasSubstr("cannot parse the mount table /proc/self"));
}

TEST(MountedAt, IsTopOfStack) {
  const auto table = *parse_mount_table(kTable);
  EXPECT_EQ(mounted_at(table, "/auto")->id, 43);
  EXPECT_EQ(mounted_at(table, "/mnt"), std::nullopt);
}

MountEntry mount_of_id(int id, const char* target) {
  return {id, target, "gluster.service.consul:/g0", kGlusterType};
}

TEST(MayBeCovered, IfMountOnParentDirectoryIsNotItsParent) {
  const MountEntry root{1, "/", "", "ext4", 0};
  const MountEntry mnt{2, "/mnt", "", "autofs", 1};
  const MountEntry on_mnt{3, "/mnt/g0", "", kGlusterType, 2};
  const MountEntry on_root{4, "/mnt/g0", "", kGlusterType, 1};
  const MountEntry similar{5, "/mnt/g", "", "ext4", 1};
  const MountEntry below{6, "/mnt/g0/a", "", "ext4", 3};
  EXPECT_FALSE(may_be_covered({root, mnt, on_mnt, similar, below}, on_mnt));
  EXPECT_TRUE(may_be_covered({root, mnt, on_root}, on_root));
  EXPECT_FALSE(may_be_covered({root, on_root}, on_root));
  const MountEntry own_parent{7, "/mnt/g0", "", kGlusterType, 7};
  EXPECT_TRUE(may_be_covered({root, own_parent}, own_parent)) << "an impossible table";
}

TEST(NewMounts, AreAddedGlusterMounts) {
  const auto ours = mount_of_id(50, "/mnt");
  EXPECT_THAT(new_mounts({}, {ours}), ElementsAre(ours));
  EXPECT_THAT(new_mounts({ours}, {ours}), IsEmpty());
  EXPECT_THAT(new_mounts({}, {{50, "/mnt", "none", "tmpfs"}}), IsEmpty());
  const MountEntry autofs{49, "/mnt", "/etc/auto.g", "autofs"};
  EXPECT_THAT(new_mounts({autofs}, {autofs, ours, mount_of_id(51, "/srv")}),
              ElementsAre(ours, mount_of_id(51, "/srv")));
}

TEST(NewMounts, MayReuseIdOfOtherMount) {
  EXPECT_THAT(new_mounts({mount_of_id(50, "/srv")}, {mount_of_id(50, "/mnt")}),
              ElementsAre(mount_of_id(50, "/mnt")));
}

TEST(HasMount, RequiresSameTargetAndId) {
  EXPECT_TRUE(has_mount({mount_of_id(50, "/mnt"), mount_of_id(51, "/mnt")}, "/mnt", 50));
  EXPECT_FALSE(has_mount({mount_of_id(50, "/srv")}, "/mnt", 50));
}

struct OccupiedRow {
  const char* name;
  const char* target;
  const char* source;
  Occupied expected;
};
std::ostream& operator<<(std::ostream& out, const OccupiedRow& row) {
  return out << row.name;
}
class OccupiedBy : public ::testing::TestWithParam<OccupiedRow> {};

TEST_P(OccupiedBy, DependsOnVisibleMount) {
  EXPECT_EQ(occupied(*parse_mount_table(kTable), GetParam().target, GetParam().source),
            GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    MountTable, OccupiedBy,
    ::testing::Values(
        OccupiedRow{"free", "/mnt/other", "gluster.service.consul:/g0", Occupied::kNo},
        OccupiedRow{"same", "/mnt/g0", "gluster.service.consul:/g0", Occupied::kSame},
        OccupiedRow{"same_without_slash", "/mnt/g0", "gluster.service.consul:g0", Occupied::kSame},
        OccupiedRow{"same_in_upper_case", "/mnt/g0", "GLUSTER.service.Consul.:/g0/",
                    Occupied::kSame},
        OccupiedRow{"same_with_spaces", "/mnt/a b", "x:v//c d", Occupied::kSame},
        OccupiedRow{"other_volume", "/mnt/g0", "gluster.service.consul:/g1", Occupied::kOther},
        OccupiedRow{"volume_in_other_case", "/mnt/g0", "gluster.service.consul:/G0",
                    Occupied::kOther},
        OccupiedRow{"subdirectory", "/mnt/g0", "gluster.service.consul:/g0/a", Occupied::kOther},
        OccupiedRow{"other_service", "/mnt/g0", "gluster:/g0", Occupied::kOther},
        OccupiedRow{"root", "/", "x:/g0", Occupied::kNo},
        OccupiedRow{"covered_autofs", "/auto", "x:/g0", Occupied::kNo}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::mount
