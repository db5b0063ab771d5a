#include "util/replaced_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace glusterconsul {
namespace {

namespace fs = std::filesystem;

class ReplacedFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "replaced-XXXXXX").native();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string path() const { return (directory_ / "map").native(); }
  [[nodiscard]] ReplacedFile file() const { return *ReplacedFile::open(path()); }
  [[nodiscard]] std::string text() const {
    std::ifstream in(path());
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  fs::path directory_;
};

TEST_F(ReplacedFileTest, CreatesAndReplaces) {
  EXPECT_EQ(*file().read(100), "");
  ASSERT_TRUE(file().replace("one"));
  EXPECT_EQ(text(), "one");
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms(0644));
  ASSERT_TRUE(file().replace("two"));
  EXPECT_EQ(*file().read(100), "two");
  EXPECT_EQ(*file().read(1), "t");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(ReplacedFileTest, KeepsTheMode) {
  ASSERT_TRUE(file().replace("one"));
  fs::permissions(path(), fs::perms(0600));
  ASSERT_TRUE(file().replace("two"));
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms(0600));
}

TEST_F(ReplacedFileTest, DoesNotFollowALink) {
  std::ofstream(directory_ / "other") << "kept";
  fs::create_symlink("other", path());
  EXPECT_EQ(file().read(100).error().code, ErrorCode::kPermission);
  EXPECT_EQ(file().replace("new").error().code, ErrorCode::kPermission);
  EXPECT_EQ(text(), "kept");
  EXPECT_TRUE(fs::is_symlink(path()));
}

TEST_F(ReplacedFileTest, RejectsWhatIsNotAFile) {
  fs::create_directory(path());
  EXPECT_FALSE(file().replace("new"));
  EXPECT_FALSE(ReplacedFile::open(path() + "/"));
  EXPECT_FALSE(ReplacedFile::open(""));
  EXPECT_FALSE(ReplacedFile::open((directory_ / "missing/map").native()));
}

TEST_F(ReplacedFileTest, RemembersWhatIsPending) {
  EXPECT_FALSE(file().is_pending());
  ASSERT_TRUE(file().set_pending());
  EXPECT_TRUE(file().is_pending());
  file().clear_pending();
  EXPECT_FALSE(file().is_pending());
}

}  // namespace
}  // namespace glusterconsul
