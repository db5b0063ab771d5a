#include "mount/mount_records.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "util/proc_file.hpp"

namespace glusterconsul::mount {
namespace {

class Fstab : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "fstab_" + std::to_string(::getpid());
    std::ofstream(path_) << "# comment\n"
                            "nonsense\n"
                            "gl1:/g0 /mnt/g0 glusterfs ro 0 0\n"
                            "gluster.service.consul:g0 /mnt/g0/ glusterconsul "
                            "noatime,consul-tag=ssd,_netdev 0 0\n"
                            "gluster:/a\\040b /mnt/a\\040b glusterconsul defaults 0 0\n";
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(Fstab, HasOptionsOfSourceAndTarget) {
  EXPECT_EQ(fstab_options("Gluster.service.consul:/g0", "/mnt/g0", path_),
            "noatime,consul-tag=ssd,_netdev");
  EXPECT_EQ(fstab_options("gluster:/a b", "/mnt/a b", path_), "defaults");
}

TEST_F(Fstab, HasNoOptionsOfOtherMounts) {
  EXPECT_FALSE(fstab_options("gluster.service.consul:/g0", "/mnt/other", path_));
  EXPECT_FALSE(fstab_options("gluster.service.consul:/g1", "/mnt/g0", path_));
  EXPECT_FALSE(fstab_options("gl1:/g0", "/mnt/g0", path_));
  EXPECT_FALSE(fstab_options("gl1:/g0", "/mnt/g0", path_ + ".missing"));
}

TEST(MountRecords, AreThoseOfThisProcess) {
  const auto records = mount_records(proc_path("self/mountinfo"));
  ASSERT_TRUE(records.has_value()) << records.error().message;
  ASSERT_FALSE(records->empty());
  EXPECT_NE(records->begin()->second.options, "");
  EXPECT_EQ(mount_records("/nonexistent").error().code, ErrorCode::kSystem);
}

TEST(MountRecords, HaveOptionsAndDevice) {
  const auto path = ::testing::TempDir() + "mountinfo_" + std::to_string(::getpid());
  std::ofstream(path) << "838 535 0:268 / /mnt/a rw,noatime - fuse.glusterfs g:/g0 rw,user_id=0\n"
                         "839 535 0:268 / /mnt/b ro - fuse.glusterfs g:/g0 rw,user_id=0\n";
  const auto records = mount_records(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(records.has_value()) << records.error().message;
  EXPECT_EQ(records->at(838).options, "rw,noatime,user_id=0");
  EXPECT_EQ(records->at(838).device, records->at(839).device);
}

}  // namespace
}  // namespace glusterconsul::mount
