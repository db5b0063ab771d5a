#include "discovery/cache_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace glusterconsul::discovery {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CacheDirectory : public ::testing::Test {
 protected:
  CacheDirectory() {
    std::string form = (fs::temp_directory_path() / "glusterconsul-test-XXXXXX").string();
    base = ::mkdtemp(form.data());
    folder = base / "cache";
  }
  ~CacheDirectory() override {
    std::error_code ignored;
    fs::remove_all(base, ignored);
  }
  CacheDirectory(const CacheDirectory&) = delete;
  CacheDirectory& operator=(const CacheDirectory&) = delete;

  fs::path base;
  fs::path folder;
};

TEST_F(CacheDirectory, RoundTripsWithPrivatePermissions) {
  ASSERT_TRUE(write_cache(folder, "a.json", "one"));
  ASSERT_TRUE(write_cache(folder, "a.json", "two"));
  EXPECT_EQ(*read_cache(folder, "a.json"), "two");
  struct stat status{};
  ASSERT_EQ(::stat(folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  ASSERT_EQ(::stat((folder / "a.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "no temporary file is left";
}

TEST_F(CacheDirectory, MissingFileIsUnknown) {
  EXPECT_EQ(read_cache(folder, "a.json").error().code, ErrorCode::kUnknown);
  ASSERT_TRUE(write_cache(folder, "b.json", "x"));
  EXPECT_EQ(read_cache(folder, "a.json").error().code, ErrorCode::kUnknown);
}

TEST_F(CacheDirectory, RejectsWorldWritableDirectory) {
  ASSERT_TRUE(write_cache(folder, "a.json", "x"));
  fs::permissions(folder, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(read_cache(folder, "a.json").error().code, ErrorCode::kPermission);
  EXPECT_EQ(write_cache(folder, "a.json", "y").error().code, ErrorCode::kPermission);
}

TEST_F(CacheDirectory, RejectsGroupWritableFile) {
  ASSERT_TRUE(write_cache(folder, "a.json", "x"));
  fs::permissions(folder / "a.json", fs::perms::group_write, fs::perm_options::add);
  EXPECT_EQ(read_cache(folder, "a.json").error().code, ErrorCode::kPermission);
}

TEST_F(CacheDirectory, DoesNotFollowSymbolicLinks) {
  ASSERT_TRUE(write_cache(folder, "a.json", "x"));
  fs::create_symlink(folder / "a.json", folder / "link.json");
  EXPECT_FALSE(read_cache(folder, "link.json").has_value());
  fs::create_directory_symlink(folder, base / "linked");
  EXPECT_FALSE(read_cache(base / "linked", "a.json").has_value());
}

TEST_F(CacheDirectory, RejectsFileThatIsTooLarge) {
  ASSERT_TRUE(write_cache(folder, "a.json", std::string(300 * 1024, 'x')));
  EXPECT_THAT(read_cache(folder, "a.json").error().message, HasSubstr("too large"));
}

TEST_F(CacheDirectory, FailedWriteKeepsOtherFiles) {
  ASSERT_TRUE(write_cache(folder, "a.json", "old"));
  fs::create_directories(folder / "b.json" / "full");
  EXPECT_FALSE(write_cache(folder, "b.json", "new")) << "a directory has that name";
  EXPECT_EQ(*read_cache(folder, "a.json"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2) << "no temporary file is left";
}

}  // namespace
}  // namespace glusterconsul::discovery
