#include "consul/secret_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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
  EXPECT_THAT(lines_of("prog", *refusal), AllOf(HasSubstr("/etc/token"), HasSubstr(row.said)));
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
               "mode 0644 lets others read it\n  hint: run chmod g-w,o-rw /etc/token"},
        Judged{"WritableByTheGroup", {kRoot, S_IFREG | 0660}, Readers::kGroup, "others change it"},
        Judged{"WritableByAll", {kRoot, S_IFREG | 0602}, Readers::kGroup, "others change it"},
        Judged{"Directory", {kRoot, S_IFDIR | 0700}, Readers::kGroup, "not a regular file"},
        Judged{"Fifo", {kRoot, S_IFIFO | 0600}, Readers::kGroup, "not a regular file"},
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
  EXPECT_THAT(lines_of("prog", *refusal), AllOf(HasSubstr("/etc/x.conf.d"), HasSubstr(row.said)));
}

INSTANTIATE_TEST_SUITE_P(
    ConfFolder, FolderJudgement,
    ::testing::Values(JudgedFolder{"Roots", {kRoot, S_IFDIR | 0755}, nullptr},
                      JudgedFolder{"TheCallers", {kCaller, S_IFDIR | 0700}, nullptr},
                      JudgedFolder{"AStrangers", {kStranger, S_IFDIR | 0755}, "user 1001"},
                      JudgedFolder{"TheGroupMayAdd", {kRoot, S_IFDIR | 0775}, "chmod go-w"},
                      JudgedFolder{"AllMayAdd", {kRoot, S_IFDIR | 01777}, "chmod go-w"},
                      JudgedFolder{"AFile", {kRoot, S_IFREG | 0644}, "not a directory"}),
    [](const auto& row) { return row.param.row; });

class StepJudgement : public ::testing::TestWithParam<Judged> {};

TEST_P(StepJudgement, GoesByWhoCouldHavePutItThere) {
  const auto& row = GetParam();
  const auto refusal = judge_step(row.facts, "/srv/token", kCaller);
  ASSERT_EQ(refusal.has_value(), row.said != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(lines_of("prog", *refusal), AllOf(HasSubstr("/srv/token"), HasSubstr(row.said)));
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
        Judged{"OpenFolder", {kRoot, S_IFDIR | 0777}, Readers::kGroup, "world-writable"}),
    [](const auto& row) { return row.param.row; });

class FixedStepJudgement : public ::testing::TestWithParam<Judged> {};

TEST_P(FixedStepJudgement, GoesByWhoCanReplaceWhatIsBelow) {
  const auto& row = GetParam();
  const auto refusal = judge_fixed_step(row.facts, "/opt/glusterfs", kCaller);
  ASSERT_EQ(refusal.has_value(), row.said != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(lines_of("prog", *refusal), AllOf(HasSubstr("/opt/glusterfs"), HasSubstr(row.said)));
}

INSTANTIATE_TEST_SUITE_P(
    SecretFile, FixedStepJudgement,
    ::testing::Values(
        Judged{"RootsDirectory", {kRoot, S_IFDIR | 0755}, Readers::kAnybody, nullptr},
        Judged{"CallersDirectory", {kCaller, S_IFDIR | 0700}, Readers::kAnybody, nullptr},
        Judged{"StrangersDirectory",
               {kStranger, S_IFDIR | 0755},
               Readers::kAnybody,
               "belongs to user 1001"},
        Judged{"GroupWritable", {kRoot, S_IFDIR | 0775}, Readers::kAnybody, "chmod g-w"},
        Judged{"WorldWritable", {kRoot, S_IFDIR | 0757}, Readers::kAnybody, "world-writable"},
        Judged{"Sticky", {kRoot, S_IFDIR | S_ISVTX | 0777}, Readers::kAnybody, nullptr},
        Judged{"RootsLink", {kRoot, S_IFLNK | 0777}, Readers::kAnybody, nullptr},
        Judged{
            "StrangersLink", {kStranger, S_IFLNK | 0777}, Readers::kAnybody, "link of user 1001"}),
    [](const auto& row) { return row.param.row; });

struct TokenShape {
  const char* row;
  std::string text;
  bool is_token;
};
std::ostream& operator<<(std::ostream& out, const TokenShape& row) {
  return out << row.row;
}

class TokenShapes : public ::testing::TestWithParam<TokenShape> {};

TEST_P(TokenShapes, AreJudged) {
  EXPECT_EQ(is_token(GetParam().text), GetParam().is_token);
}

INSTANTIATE_TEST_SUITE_P(
    SecretFile, TokenShapes,
    ::testing::Values(TokenShape{"Uuid", "11111111-2222-3333-4444-555555555555", true},
                      TokenShape{"Base64", "q0Yx+/zM1Q==", true},
                      TokenShape{"Longest", std::string(4096, 'a'), true},
                      TokenShape{"TooLong", std::string(4097, 'a'), false},
                      TokenShape{"Empty", "", false},
                      TokenShape{"ShadowLocked", "root:*:19000:0:99999:7:::", false},
                      TokenShape{"ShadowNoPassword", "root::19000:0:99999:7:::", false},
                      TokenShape{"ShadowHash", "root:$y$j9T$abc$def:19000:0:99999:7:::", false},
                      TokenShape{"Passwd", "root:x:0:0:root:/root:/bin/sh", false},
                      TokenShape{"Pem", "-----BEGIN PRIVATE KEY-----", false},
                      TokenShape{"Script", "#!/bin/sh", false},
                      TokenShape{"ConfLine", "password=hunter 2", false},
                      TokenShape{"Header", "a\r\nX-Evil: 1", false},
                      TokenShape{"Nul", std::string("a\0b", 3), false},
                      TokenShape{"NotAscii", "t\xC3\xB6ken", false}),
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
  EXPECT_THAT(read_token_file(folder_.string()).error().message, HasSubstr("not a regular file"));
}

TEST_F(SecretFile, WithoutATokenIsAUsageErrorThatNamesThePath) {
  for (const char* text : {"", "\n", "  \ntoken\n"}) {
    const auto token = read_token_file(file(text));
    ASSERT_FALSE(token.has_value());
    EXPECT_EQ(token.error().code, ErrorCode::kUsage);
    EXPECT_THAT(token.error().message, HasSubstr("/file"));
  }
}

TEST_F(SecretFile, RejectsWhatIsNotATokenWithoutShowingIt) {
  const auto token = read_token_file(file("root:$y$s3cret:19000:0:99999:7:::\n"));
  ASSERT_FALSE(token.has_value());
  EXPECT_EQ(token.error().code, ErrorCode::kUsage);
  EXPECT_THAT(token.error().message,
              AllOf(HasSubstr("/file: the first line is not a token"), Not(HasSubstr("s3cret"))));
}

TEST_F(SecretFile, OpensATrustedFileOnlyWithAFittingMode) {
  EXPECT_TRUE(open_trusted_file(file("key", 0600), Readers::kGroup).has_value());
  EXPECT_TRUE(open_trusted_file(file("key", 0644), Readers::kAnybody).has_value());
  EXPECT_THAT(open_trusted_file(file("key", 0644), Readers::kGroup).error().message,
              HasSubstr("others read it"));
  EXPECT_THAT(open_trusted_file(file("ca", 0664), Readers::kAnybody).error().message,
              HasSubstr("others change it"));
  EXPECT_EQ(open_trusted_file(folder_ / "missing", Readers::kAnybody).error().code,
            ErrorCode::kUsage);
}

TEST_F(SecretFile, ChecksAProgramAndTheDirectoriesOnItsWay) {
  const auto path = file("#!/bin/sh\n", 0755);
  EXPECT_TRUE(check_program(path).has_value());
  EXPECT_EQ(check_program(folder_ / "missing").error().code, ErrorCode::kSystem);
  file("#!/bin/sh\n", 0775);
  EXPECT_THAT(check_program(path).error().message, HasSubstr("others change it"));
  file("#!/bin/sh\n", 0755);
  ASSERT_EQ(::chmod(folder_.c_str(), 0770), 0);
  EXPECT_THAT(check_program(path).error().message, HasSubstr("writable by its group"));
}

TEST_F(SecretFile, ChecksADirectoryOfCertificatesAndWhatItsLinksLeadTo) {
  const auto certificates = folder_ / "certificates";
  std::filesystem::create_directory(certificates);
  std::filesystem::create_symlink(file("ca", 0644), certificates / "0a1b2c3d.0");
  std::filesystem::create_symlink("/nowhere/at/all", certificates / "0a1b2c3d.1");
  const auto checked = check_certificate_directory(certificates);
  EXPECT_TRUE(checked.has_value()) << checked.error().message;
  file("ca", 0664);
  EXPECT_THAT(check_certificate_directory(certificates).error().message,
              AllOf(HasSubstr("0a1b2c3d.0"), HasSubstr("others change it")));
  file("ca", 0644);
  ASSERT_EQ(::chmod(certificates.c_str(), 0775), 0);
  EXPECT_EQ(check_certificate_directory(certificates).error().code, ErrorCode::kPermission);
  EXPECT_EQ(check_certificate_directory(folder_ / "missing").error().code, ErrorCode::kUsage);
}

TEST_F(SecretFile, RejectsALinkToACertificateThatAnybodyCanCreate) {
  const auto certificates = folder_ / "certificates";
  std::filesystem::create_directory(certificates);
  std::filesystem::create_directory(folder_ / "open");
  ASSERT_EQ(::chmod((folder_ / "open").c_str(), 01777), 0);
  std::filesystem::create_symlink(folder_ / "open" / "ca.pem", certificates / "0a1b2c3d.0");
  EXPECT_THAT(check_certificate_directory(certificates).error().message,
              AllOf(HasSubstr("0a1b2c3d.0"), HasSubstr("anyone can create")));
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
  EXPECT_THAT(paths.error().message, HasSubstr("more than 100 configuration files"));
}

TEST_F(SecretFile, AConfFileMayBeReadByAnybody) {
  EXPECT_EQ(read_conf_text(file("a = b\n", 0644), Missing::kIsAnError).value(), "a = b\n");
}

}  // namespace
}  // namespace glusterconsul::consul
