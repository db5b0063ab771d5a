#include "util/trusted_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "util/report.hpp"

namespace glusterconsul {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uid_t kRoot = 0;
constexpr uid_t kCaller = 1000;
constexpr uid_t kSystemAccount = 998;
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
    TrustedFile, FileJudgement,
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
  const auto refusal = judge_directory(row.facts, "/etc/x.conf.d", kCaller);
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
    TrustedFile, StepJudgement,
    ::testing::Values(
        Judged{"RootsLink", {kRoot, S_IFLNK | 0777}, Readers::kGroup, nullptr},
        Judged{"TheCallersLink", {kCaller, S_IFLNK | 0777}, Readers::kGroup, nullptr},
        Judged{"AStrangersLink", {kStranger, S_IFLNK | 0777}, Readers::kGroup, "link of user 1001"},
        Judged{"RootsFolder", {kRoot, S_IFDIR | 0755}, Readers::kGroup, nullptr},
        Judged{"ConsulsFolder", {kStranger, S_IFDIR | 0770}, Readers::kGroup, nullptr},
        Judged{"StickyFolder", {kRoot, S_IFDIR | S_ISVTX | 0777}, Readers::kGroup, nullptr},
        Judged{"OpenFolder", {kRoot, S_IFDIR | 0777}, Readers::kGroup, "world-writable"}),
    [](const auto& row) { return row.param.row; });

class OwnedStepJudgement : public ::testing::TestWithParam<Judged> {};

TEST_P(OwnedStepJudgement, RefusesDirectoriesOfOrdinaryUsers) {
  const auto& row = GetParam();
  const auto refusal = judge_owned_step(row.facts, "/srv/token", kCaller);
  ASSERT_EQ(refusal.has_value(), row.said != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(refusal->message, AllOf(HasSubstr("/srv/token"), HasSubstr(row.said)));
}

INSTANTIATE_TEST_SUITE_P(
    Way, OwnedStepJudgement,
    ::testing::Values(
        Judged{"RootsDirectory", {kRoot, S_IFDIR | 0755}, Readers::kGroup, nullptr},
        Judged{"TheCallersDirectory", {kCaller, S_IFDIR | 0700}, Readers::kGroup, nullptr},
        Judged{"ConsulsDirectory", {kSystemAccount, S_IFDIR | 0770}, Readers::kGroup, nullptr},
        Judged{"AStrangersDirectory", {kStranger, S_IFDIR | 0755}, Readers::kGroup, "user 1001"},
        Judged{"AStrangersStickyDirectory",
               {kStranger, S_IFDIR | S_ISVTX | 0777},
               Readers::kGroup,
               "user 1001"},
        Judged{"AStrangersLink", {kStranger, S_IFLNK | 0777}, Readers::kGroup, "symbolic link"},
        Judged{"OpenDirectory", {kRoot, S_IFDIR | 0777}, Readers::kGroup, "world-writable"}),
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
    TrustedFile, FixedStepJudgement,
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

constexpr std::size_t kMaxSize = 64UL * 1024;

Result<std::string> read(const std::string& path) {
  return read_trusted_file(path, Readers::kGroup, kMaxSize, Missing::kIsAnError);
}

Result<std::string> read_public(const std::string& path, Missing missing) {
  return read_trusted_file(path, Readers::kAnybody, kMaxSize, missing);
}

/// A file of the caller's in a folder of its own.
class TrustedFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "trusted_file_XXXXXX";
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

TEST_F(TrustedFile, MayBeALinkToOne) {
  const auto link = folder_ / "link";
  std::filesystem::create_symlink(file("t"), link);
  EXPECT_TRUE(read(link).has_value());
}

TEST_F(TrustedFile, ALinkDoesNotHideAPublicFile) {
  const auto link = folder_ / "link";
  std::filesystem::create_symlink(file("t", 0644), link);
  EXPECT_EQ(read(link).error().code, ErrorCode::kPermission);
}

TEST_F(TrustedFile, IsFoundOverLinksToFoldersAndDots) {
  std::filesystem::create_directory(folder_ / "sub");
  std::filesystem::create_symlink("..", folder_ / "sub" / "up");
  std::filesystem::create_directory_symlink(folder_ / "sub", folder_ / "absolute");
  file("t");
  const auto token = read((folder_ / "absolute" / "." / "up" / "file").string());
  ASSERT_TRUE(token.has_value()) << token.error().message;
  EXPECT_EQ(*token, "t");
}

TEST_F(TrustedFile, ALinkToItselfIsToldAsOne) {
  std::filesystem::create_symlink("loop", folder_ / "loop");
  const auto token = read((folder_ / "loop").string());
  EXPECT_EQ(token.error().code, ErrorCode::kUsage);
  EXPECT_THAT(token.error().message, HasSubstr("Too many levels"));
}

TEST_F(TrustedFile, IsNotReadBelowAFolderThatEverybodyMayChange) {
  const auto path = file("t");
  ASSERT_EQ(::chmod(folder_.c_str(), 0777), 0);
  EXPECT_EQ(read(path).error().code, ErrorCode::kPermission);
  EXPECT_EQ(read_public(path, Missing::kIsAnError).error().code, ErrorCode::kPermission);
}

TEST_F(TrustedFile, AFileIsNoFolderAndAFolderIsNoFile) {
  const auto path = file("t");
  EXPECT_THAT(read(path + "/token").error().message, HasSubstr("Not a directory"));
  EXPECT_THAT(read(folder_.string()).error().message, HasSubstr("not a regular file"));
}

TEST_F(TrustedFile, OpensATrustedFileOnlyWithAFittingMode) {
  EXPECT_TRUE(open_trusted_file(file("key", 0600), Readers::kGroup).has_value());
  EXPECT_TRUE(open_trusted_file(file("key", 0644), Readers::kAnybody).has_value());
  EXPECT_THAT(open_trusted_file(file("key", 0644), Readers::kGroup).error().message,
              HasSubstr("others read it"));
  EXPECT_THAT(open_trusted_file(file("ca", 0664), Readers::kAnybody).error().message,
              HasSubstr("others change it"));
  EXPECT_EQ(open_trusted_file(folder_ / "missing", Readers::kAnybody).error().code,
            ErrorCode::kUsage);
}

TEST_F(TrustedFile, ChecksAProgramAndTheDirectoriesOnItsWay) {
  const auto path = file("#!/bin/sh\n", 0755);
  EXPECT_TRUE(check_program(path).has_value());
  EXPECT_EQ(check_program(folder_ / "missing").error().code, ErrorCode::kSystem);
  file("#!/bin/sh\n", 0775);
  EXPECT_THAT(check_program(path).error().message, HasSubstr("others change it"));
  file("#!/bin/sh\n", 0755);
  ASSERT_EQ(::chmod(folder_.c_str(), 0770), 0);
  EXPECT_THAT(check_program(path).error().message, HasSubstr("writable by its group"));
}

TEST_F(TrustedFile, ChecksADirectoryOfCertificatesAndWhatItsLinksLeadTo) {
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

TEST_F(TrustedFile, RejectsALinkToACertificateThatAnybodyCanCreate) {
  const auto certificates = folder_ / "certificates";
  std::filesystem::create_directory(certificates);
  std::filesystem::create_directory(folder_ / "open");
  ASSERT_EQ(::chmod((folder_ / "open").c_str(), 01777), 0);
  std::filesystem::create_symlink(folder_ / "open" / "ca.pem", certificates / "0a1b2c3d.0");
  EXPECT_THAT(check_certificate_directory(certificates).error().message,
              AllOf(HasSubstr("0a1b2c3d.0"), HasSubstr("anyone can create")));
}

TEST_F(TrustedFile, IsRefusedWhereItIsTooLarge) {
  EXPECT_TRUE(read(file(std::string(kMaxSize, 'x'))).has_value());
  EXPECT_EQ(read(file(std::string(kMaxSize + 1, 'x'))).error().code, ErrorCode::kUsage);
}

TEST_F(TrustedFile, NeedsAnAbsolutePath) {
  EXPECT_EQ(read("token").error().code, ErrorCode::kUsage);
  EXPECT_EQ(read_public("glusterconsul.conf", Missing::kIsEmpty).error().code, ErrorCode::kUsage);
}

TEST_F(TrustedFile, AMissingTokenFileIsToldAndAMissingConfFileIsEmpty) {
  const std::string path = folder_ / "missing";
  EXPECT_EQ(read(path).error().code, ErrorCode::kUsage);
  EXPECT_THAT(read(path).error().message, HasSubstr("No such file"));
  const auto conf = read_public(path, Missing::kIsEmpty);
  ASSERT_TRUE(conf.has_value());
  EXPECT_EQ(*conf, "");
  EXPECT_EQ(read_public(path, Missing::kIsAnError).error().code, ErrorCode::kUsage);
}

TEST_F(TrustedFile, AFifoDoesNotHoldTheReaderUp) {
  const std::string path = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read(path).error().code, ErrorCode::kPermission);
}

TEST_F(TrustedFile, AConfFileMayBeReadByAnybody) {
  EXPECT_EQ(read_public(file("a = b\n", 0644), Missing::kIsAnError).value(), "a = b\n");
}

}  // namespace
}  // namespace glusterconsul
