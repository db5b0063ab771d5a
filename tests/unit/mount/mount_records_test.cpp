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

TEST(OptionsOfMounts, AreThoseOfThisProcess) {
  const auto options = options_of_mounts(proc_path("self/mountinfo"));
  ASSERT_TRUE(options.has_value()) << options.error().message;
  ASSERT_FALSE(options->empty());
  EXPECT_NE(options->begin()->second, "");
  EXPECT_EQ(options_of_mounts("/nonexistent").error().code, ErrorCode::kSystem);
}

}  // namespace
}  // namespace glusterconsul::mount
