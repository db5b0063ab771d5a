#include "config/sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace glusterconsul::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A temporary directory that belongs to the caller.
class ConfDirectory : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "conf_directory_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& text, mode_t mode = 0600) {
    const std::string path = directory_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::filesystem::path directory_;
};

TEST_F(ConfDirectory, ListsConfFilesInByteOrder) {
  for (const char* name : {"b.conf", "a.conf", "B.conf", "10-x.conf", "9-x.conf", ".hidden.conf",
                           "c.conf.dpkg-old", "d.conf~", "conf", "README"}) {
    std::ofstream(directory_ / name) << "# nothing\n";
  }
  const auto paths = list_conf_directory(directory_);
  ASSERT_TRUE(paths.has_value()) << paths.error().message;
  std::vector<std::string> names;
  for (const auto& path : paths->paths) names.push_back(std::filesystem::path(path).filename());
  EXPECT_THAT(names, ElementsAre("10-x.conf", "9-x.conf", "B.conf", "a.conf", "b.conf"));
  EXPECT_EQ(paths->paths.front(), directory_ / "10-x.conf");
}

TEST_F(ConfDirectory, MissingDirectoryIsEmpty) {
  EXPECT_THAT(list_conf_directory(directory_ / "missing")->paths, IsEmpty());
}

TEST_F(ConfDirectory, RejectsWorldWritableDirectory) {
  ASSERT_EQ(::chmod(directory_.c_str(), 0777), 0);
  EXPECT_EQ(list_conf_directory(directory_).error().code, ErrorCode::kPermission);
}

TEST_F(ConfDirectory, SkipsFilesThatOthersMayHaveCreated) {
  std::ofstream(directory_ / "mine.conf") << "# nothing\n";
  std::ofstream(directory_ / "linked.conf") << "# nothing\n";
  std::filesystem::create_hard_link(directory_ / "linked.conf", directory_ / "other-name");
  EXPECT_EQ(list_conf_directory(directory_)->paths.size(), 2U) << "nobody else can create files";
  ASSERT_EQ(::chmod(directory_.c_str(), 01777), 0);
  const auto files = list_conf_directory(directory_);
  ASSERT_TRUE(files.has_value()) << files.error().message;
  EXPECT_THAT(files->paths, ElementsAre(directory_ / "mine.conf"));
  ASSERT_TRUE(files->skipped);
  EXPECT_THAT(files->skipped->message, HasSubstr("skipped 1 file"));
  EXPECT_THAT(files->skipped->message, HasSubstr("'linked.conf'"));
}

TEST_F(ConfDirectory, RejectsFile) {
  EXPECT_THAT(list_conf_directory(file("")).error().message, HasSubstr("not a directory"));
}

TEST_F(ConfDirectory, RejectsMoreFilesThanMaximum) {
  for (int i = 0; i < 100; ++i) std::ofstream(directory_ / (std::to_string(i) + ".conf"));
  EXPECT_EQ(list_conf_directory(directory_)->paths.size(), 100U);
  std::ofstream(directory_ / "one-more.conf");
  const auto paths = list_conf_directory(directory_);
  ASSERT_FALSE(paths.has_value());
  EXPECT_EQ(paths.error().code, ErrorCode::kUsage);
  EXPECT_THAT(paths.error().message, HasSubstr("more than 100 configuration files"));
}

TEST_F(ConfDirectory, RejectsFileLargerThanMaximum) {
  const auto path = file(std::string(1025 * 1024, '#'), 0644);
  EXPECT_EQ(read_sources(path).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace glusterconsul::config
