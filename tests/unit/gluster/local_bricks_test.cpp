#include "gluster/local_bricks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace glusterconsul::gluster {
namespace {

namespace fs = std::filesystem;

/// A temporary directory for each test.
class Bricks : public ::testing::Test {
 protected:
  Bricks() {
    std::string pattern = (fs::temp_directory_path() / "bricks-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~Bricks() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  std::string make(const std::string& path) const {
    fs::create_directories(root_ / path);
    return (root_ / path).string();
  }
  fs::path root_;
};

TEST_F(Bricks, RejectsRootAndTmpAsTarget) {
  for (const char* target : {"/", "/tmp"}) {
    const auto checked = check_target_is_not_a_brick(target, make("glusterd"));
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, ErrorCode::kUsage);
    EXPECT_THAT(checked.error().message, ::testing::HasSubstr(target));
  }
}

TEST_F(Bricks, AcceptsOrdinaryOrMissingTarget) {
  EXPECT_TRUE(check_target_is_not_a_brick(make("mnt"), make("glusterd")).has_value());
  EXPECT_TRUE(check_target_is_not_a_brick("/no/such/target", "/no/such/glusterd").has_value());
}

TEST_F(Bricks, AcceptsParentOfBrickOfOtherServer) {
  make("data/brick");
  make("glusterd/vols/g0/bricks");
  std::ofstream(root_ / "glusterd/vols/g0/bricks/gl2:-data-brick")
      << "hostname=gl2\npath=" << (root_ / "data/brick").string() << "\n";
  EXPECT_TRUE(check_target_is_not_a_brick(make("data"), make("glusterd")).has_value());
}

TEST_F(Bricks, RecognizesAllParents) {
  const auto brick = make("a/b/brick");
  EXPECT_TRUE(is_parent_of(make("a/b"), brick));
  EXPECT_TRUE(is_parent_of(make("a"), brick));
  EXPECT_TRUE(is_parent_of("/", brick));
}

TEST_F(Bricks, RecognizesParentThroughSymbolicLink) {
  const auto brick = make("a/brick");
  fs::create_directory_symlink(root_ / "a", root_ / "link");
  EXPECT_TRUE(is_parent_of((root_ / "link").string(), brick));
  EXPECT_TRUE(is_parent_of(make("a"), (root_ / "link/brick").string()));
}

TEST_F(Bricks, RejectsSiblingChildAndSameDirectory) {
  const auto brick = make("a/brick");
  EXPECT_FALSE(is_parent_of(make("b"), brick));
  EXPECT_FALSE(is_parent_of(make("a/brick/below"), brick));
  EXPECT_FALSE(is_parent_of(brick, brick));
  EXPECT_FALSE(is_parent_of(brick, "/no/such/brick"));
}

TEST(BrickPath, ParsesAbsolutePath) {
  EXPECT_EQ(brick_path("hostname=gl1\npath=/bricks/g 0\nreal_path=/x\n"), "/bricks/g 0");
  EXPECT_EQ(brick_path("hostname=gl1\nreal_path=/x\n"), std::nullopt);
  EXPECT_EQ(brick_path("path=relative\n"), std::nullopt);
  EXPECT_EQ(brick_path(""), std::nullopt);
}

}  // namespace
}  // namespace glusterconsul::gluster
