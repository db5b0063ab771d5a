#include "consul/secret_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <ostream>

namespace glusterconsul::consul {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uid_t kRoot = 0;
constexpr uid_t kCaller = 1000;
constexpr uid_t kStranger = 1001;

struct Judged {
  const char* row;
  FileFacts facts;
  Readers readers;
  const char* said;  ///< nullptr: taken
};
std::ostream& operator<<(std::ostream& out, const Judged& row) {
  return out << row.row;
}

class FileJudgement : public ::testing::TestWithParam<Judged> {};

TEST_P(FileJudgement, GoesByOwnerAndMode) {
  const auto& row = GetParam();
  const auto refusal = judge_file(row.facts, "/etc/token", kCaller, row.readers);
  if (row.said == nullptr) {
    EXPECT_FALSE(refusal.has_value()) << refusal->message;
    return;
  }
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(refusal->message, AllOf(HasSubstr("/etc/token"), HasSubstr(row.said)));
}

INSTANTIATE_TEST_SUITE_P(
    SecretFile, FileJudgement,
    ::testing::Values(
        Judged{"RootsOwn", {kRoot, S_IFREG | 0600}, Readers::kGroup, nullptr},
        Judged{"TheCallersOwn", {kCaller, S_IFREG | 0400}, Readers::kGroup, nullptr},
        Judged{"ReadableByTheGroup", {kRoot, S_IFREG | 0640}, Readers::kGroup, nullptr},
        Judged{"AStrangers", {kStranger, S_IFREG | 0600}, Readers::kGroup, "chown root /etc/token"},
        Judged{"ReadableByAll",
               {kRoot, S_IFREG | 0644},
               Readers::kGroup,
               "mode is 0644, which lets others read it; chmod g-w,o-rw /etc/token"},
        Judged{"WritableByTheGroup", {kRoot, S_IFREG | 0660}, Readers::kGroup, "others change it"},
        Judged{"WritableByAll", {kRoot, S_IFREG | 0602}, Readers::kGroup, "others change it"},
        Judged{"Directory", {kRoot, S_IFDIR | 0700}, Readers::kGroup, "no regular file"},
        Judged{"Fifo", {kRoot, S_IFIFO | 0600}, Readers::kGroup, "no regular file"},
        Judged{"PublicConf", {kRoot, S_IFREG | 0644}, Readers::kAnybody, nullptr},
        Judged{"WritableConf", {kRoot, S_IFREG | 0646}, Readers::kAnybody, "chmod go-w"},
        Judged{"AStrangersConf", {kStranger, S_IFREG | 0644}, Readers::kAnybody, "user 1001"}),
    [](const auto& row) { return row.param.row; });

struct JudgedFolder {
  const char* row;
  FileFacts facts;
  const char* said;  ///< nullptr: taken
};
std::ostream& operator<<(std::ostream& out, const JudgedFolder& row) {
  return out << row.row;
}

class FolderJudgement : public ::testing::TestWithParam<JudgedFolder> {};

TEST_P(FolderJudgement, GoesByOwnerAndMode) {
  const auto& row = GetParam();
  const auto refusal = judge_folder(row.facts, "/etc/x.conf.d", kCaller);
  if (row.said == nullptr) {
    EXPECT_FALSE(refusal.has_value()) << refusal->message;
    return;
  }
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(refusal->message, AllOf(HasSubstr("/etc/x.conf.d"), HasSubstr(row.said)));
}

INSTANTIATE_TEST_SUITE_P(
    ConfFolder, FolderJudgement,
    ::testing::Values(JudgedFolder{"Roots", {kRoot, S_IFDIR | 0755}, nullptr},
                      JudgedFolder{"TheCallers", {kCaller, S_IFDIR | 0700}, nullptr},
                      JudgedFolder{"AStrangers", {kStranger, S_IFDIR | 0755}, "user 1001"},
                      JudgedFolder{"TheGroupMayAdd", {kRoot, S_IFDIR | 0775}, "chmod go-w"},
                      JudgedFolder{"AllMayAdd", {kRoot, S_IFDIR | 01777}, "chmod go-w"},
                      JudgedFolder{"AFile", {kRoot, S_IFREG | 0644}, "no folder"}),
    [](const auto& row) { return row.param.row; });

class StepJudgement : public ::testing::TestWithParam<Judged> {};

TEST_P(StepJudgement, GoesByWhoCouldHavePutItThere) {
  const auto& row = GetParam();
  const auto refusal = judge_step(row.facts, "/srv/token", kCaller);
  ASSERT_EQ(refusal.has_value(), row.said != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(refusal->message, AllOf(HasSubstr("/srv/token"), HasSubstr(row.said)));
}

INSTANTIATE_TEST_SUITE_P(
    SecretFile, StepJudgement,
    ::testing::Values(
        Judged{"RootsLink", {kRoot, S_IFLNK | 0777}, Readers::kGroup, nullptr},
        Judged{"TheCallersLink", {kCaller, S_IFLNK | 0777}, Readers::kGroup, nullptr},
        Judged{"AStrangersLink", {kStranger, S_IFLNK | 0777}, Readers::kGroup, "link of user 1001"},
        Judged{"RootsFolder", {kRoot, S_IFDIR | 0755}, Readers::kGroup, nullptr},
        Judged{"ConsulsFolder", {kStranger, S_IFDIR | 0770}, Readers::kGroup, nullptr},
        Judged{"StickyFolder", {kRoot, S_IFDIR | S_ISVTX | 0777}, Readers::kGroup, nullptr},
        Judged{"OpenFolder", {kRoot, S_IFDIR | 0777}, Readers::kGroup, "everybody may change"}),
    [](const auto& row) { return row.param.row; });

/// A file of the caller's in a folder of its own.
class SecretFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "secret_file_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& text, mode_t mode = 0600) {
    const std::string path = folder_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::filesystem::path folder_;
};

TEST_F(SecretFile, HoldsTheTokenInItsFirstLine) {
  const auto token = read_token_file(file(" 6f1c-token \r\nsomething else\n"));
  ASSERT_TRUE(token.has_value()) << token.error().message;
  EXPECT_EQ(token->reveal(), "6f1c-token");
}

TEST_F(SecretFile, MayBeALinkToOne) {
  const auto link = folder_ / "link";
  std::filesystem::create_symlink(file("t"), link);
  EXPECT_TRUE(read_token_file(link).has_value());
}

TEST_F(SecretFile, ALinkDoesNotHideAPublicFile) {
  const auto link = folder_ / "link";
  std::filesystem::create_symlink(file("t", 0644), link);
  EXPECT_EQ(read_token_file(link).error().code, ErrorCode::kPermission);
}

TEST_F(SecretFile, IsFoundOverLinksToFoldersAndDots) {
  std::filesystem::create_directory(folder_ / "sub");
  std::filesystem::create_symlink("..", folder_ / "sub" / "up");
  std::filesystem::create_directory_symlink(folder_ / "sub", folder_ / "absolute");
  file("t");
  const auto token = read_token_file((folder_ / "absolute" / "." / "up" / "file").string());
  ASSERT_TRUE(token.has_value()) << token.error().message;
  EXPECT_EQ(token->reveal(), "t");
}

TEST_F(SecretFile, ALinkToItselfIsToldAsOne) {
  std::filesystem::create_symlink("loop", folder_ / "loop");
  const auto token = read_token_file((folder_ / "loop").string());
  EXPECT_EQ(token.error().code, ErrorCode::kUsage);
  EXPECT_THAT(token.error().message, HasSubstr("Too many levels"));
}

TEST_F(SecretFile, IsNotReadBelowAFolderThatEverybodyMayChange) {
  const auto path = file("t");
  ASSERT_EQ(::chmod(folder_.c_str(), 0777), 0);
  EXPECT_EQ(read_token_file(path).error().code, ErrorCode::kPermission);
  EXPECT_EQ(read_conf_text(path, Missing::kIsAnError).error().code, ErrorCode::kPermission);
}

TEST_F(SecretFile, AFileIsNoFolderAndAFolderIsNoFile) {
  const auto path = file("t");
  EXPECT_THAT(read_token_file(path + "/token").error().message, HasSubstr("Not a directory"));
  EXPECT_THAT(read_token_file(folder_.string()).error().message, HasSubstr("no regular file"));
}

TEST_F(SecretFile, WithoutATokenIsAUsageErrorThatNamesThePath) {
  for (const char* text : {"", "\n", "  \ntoken\n"}) {
    const auto token = read_token_file(file(text));
    ASSERT_FALSE(token.has_value());
    EXPECT_EQ(token.error().code, ErrorCode::kUsage);
    EXPECT_THAT(token.error().message, HasSubstr("/file"));
  }
}

TEST_F(SecretFile, IsRefusedWhereItIsTooLarge) {
  EXPECT_EQ(read_token_file(file(std::string(65 * 1024, 'x'))).error().code, ErrorCode::kUsage);
  EXPECT_EQ(read_conf_text(file(std::string(1025 * 1024, '#')), Missing::kIsAnError).error().code,
            ErrorCode::kUsage);
}

TEST_F(SecretFile, NeedsAnAbsolutePath) {
  EXPECT_EQ(read_token_file("token").error().code, ErrorCode::kUsage);
  EXPECT_EQ(read_conf_text("glusterconsul.conf", Missing::kIsEmpty).error().code,
            ErrorCode::kUsage);
}

TEST_F(SecretFile, AMissingTokenFileIsToldAndAMissingConfFileIsEmpty) {
  const std::string path = folder_ / "missing";
  EXPECT_EQ(read_token_file(path).error().code, ErrorCode::kUsage);
  EXPECT_THAT(read_token_file(path).error().message, HasSubstr("No such file"));
  const auto conf = read_conf_text(path, Missing::kIsEmpty);
  ASSERT_TRUE(conf.has_value());
  EXPECT_EQ(*conf, "");
  EXPECT_EQ(read_conf_text(path, Missing::kIsAnError).error().code, ErrorCode::kUsage);
}

TEST_F(SecretFile, AFifoDoesNotHoldTheReaderUp) {
  const std::string path = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_token_file(path).error().code, ErrorCode::kPermission);
}

using ConfFolder = SecretFile;

TEST_F(ConfFolder, ListsWhatEndsInConfByTheBytesOfTheNames) {
  for (const char* name : {"b.conf", "a.conf", "B.conf", "10-x.conf", "9-x.conf", ".hidden.conf",
                           "c.conf.dpkg-old", "d.conf~", "conf", "README"}) {
    std::ofstream(folder_ / name) << "# nothing\n";
  }
  const auto paths = list_conf_folder(folder_);
  ASSERT_TRUE(paths.has_value()) << paths.error().message;
  std::vector<std::string> names;
  for (const auto& path : *paths) names.push_back(std::filesystem::path(path).filename());
  EXPECT_THAT(names, ElementsAre("10-x.conf", "9-x.conf", "B.conf", "a.conf", "b.conf"));
  EXPECT_EQ(paths->front(), folder_ / "10-x.conf");
}

TEST_F(ConfFolder, MayBeMissing) {
  EXPECT_THAT(list_conf_folder(folder_ / "missing").value(), IsEmpty());
}

TEST_F(ConfFolder, IsRefusedWhereOthersMayAddToIt) {
  ASSERT_EQ(::chmod(folder_.c_str(), 0777), 0);
  EXPECT_EQ(list_conf_folder(folder_).error().code, ErrorCode::kPermission);
}

TEST_F(ConfFolder, IsRefusedWhereItIsAFile) {
  EXPECT_THAT(list_conf_folder(file("")).error().message, HasSubstr("Not a directory"));
}

TEST_F(ConfFolder, HoldsAHundredFilesAndNoMore) {
  for (int i = 0; i < 100; ++i) std::ofstream(folder_ / (std::to_string(i) + ".conf"));
  EXPECT_EQ(list_conf_folder(folder_)->size(), 100U);
  std::ofstream(folder_ / "one-more.conf");
  const auto paths = list_conf_folder(folder_);
  ASSERT_FALSE(paths.has_value());
  EXPECT_EQ(paths.error().code, ErrorCode::kUsage);
  EXPECT_THAT(paths.error().message, HasSubstr("more than 100 conf files"));
}

TEST_F(SecretFile, AConfFileMayBeReadByAnybody) {
  EXPECT_EQ(read_conf_text(file("a = b\n", 0644), Missing::kIsAnError).value(), "a = b\n");
}

}  // namespace
}  // namespace glusterconsul::consul
