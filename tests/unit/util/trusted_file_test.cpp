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
constexpr uid_t kOtherUser = 1001;

struct FileRow {
  const char* row;
  FileFacts facts;
  Readers readers;
  const char* message;  ///< nullptr: accepted
};
std::ostream& operator<<(std::ostream& out, const FileRow& row) {
  return out << row.row;
}

class FileJudgement : public ::testing::TestWithParam<FileRow> {};

TEST_P(FileJudgement, ChecksOwnerAndMode) {
  const auto& row = GetParam();
  const auto refusal = judge_file(row.facts, "/etc/token", kCaller, row.readers);
  if (row.message == nullptr) {
    EXPECT_FALSE(refusal.has_value()) << refusal->message;
    return;
  }
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(lines_of("prog", *refusal), AllOf(HasSubstr("/etc/token"), HasSubstr(row.message)));
}

INSTANTIATE_TEST_SUITE_P(
    TrustedFile, FileJudgement,
    ::testing::Values(
        FileRow{"OwnedByRoot", {kRoot, S_IFREG | 0600}, Readers::kGroup, nullptr},
        FileRow{"OwnedByCaller", {kCaller, S_IFREG | 0400}, Readers::kGroup, nullptr},
        FileRow{"GroupReadable", {kRoot, S_IFREG | 0640}, Readers::kGroup, nullptr},
        FileRow{"OwnedByOtherUser",
                {kOtherUser, S_IFREG | 0600},
                Readers::kGroup,
                "chown root /etc/token"},
        FileRow{"WorldReadable",
                {kRoot, S_IFREG | 0644},
                Readers::kGroup,
                "mode 0644 allows others to read it\n  hint: run chmod g-w,o-rw /etc/token"},
        FileRow{"GroupWritable", {kRoot, S_IFREG | 0660}, Readers::kGroup, "others to change it"},
        FileRow{"WorldWritable", {kRoot, S_IFREG | 0602}, Readers::kGroup, "others to change it"},
        FileRow{"Directory", {kRoot, S_IFDIR | 0700}, Readers::kGroup, "not a regular file"},
        FileRow{"Fifo", {kRoot, S_IFIFO | 0600}, Readers::kGroup, "not a regular file"},
        FileRow{"PublicConf", {kRoot, S_IFREG | 0644}, Readers::kAnybody, nullptr},
        FileRow{"WritableConf", {kRoot, S_IFREG | 0646}, Readers::kAnybody, "chmod go-w"},
        FileRow{"ConfOfOtherUser", {kOtherUser, S_IFREG | 0644}, Readers::kAnybody, "user 1001"}),
    [](const auto& row) { return row.param.row; });

struct DirectoryRow {
  const char* row;
  FileFacts facts;
  const char* message;  ///< nullptr: accepted
};
std::ostream& operator<<(std::ostream& out, const DirectoryRow& row) {
  return out << row.row;
}

class DirectoryJudgement : public ::testing::TestWithParam<DirectoryRow> {};

TEST_P(DirectoryJudgement, ChecksOwnerAndMode) {
  const auto& row = GetParam();
  const auto refusal = judge_directory(row.facts, "/etc/x.conf.d", kCaller);
  if (row.message == nullptr) {
    EXPECT_FALSE(refusal.has_value()) << refusal->message;
    return;
  }
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(lines_of("prog", *refusal),
              AllOf(HasSubstr("/etc/x.conf.d"), HasSubstr(row.message)));
}

INSTANTIATE_TEST_SUITE_P(
    TrustedFile, DirectoryJudgement,
    ::testing::Values(DirectoryRow{"OwnedByRoot", {kRoot, S_IFDIR | 0755}, nullptr},
                      DirectoryRow{"OwnedByCaller", {kCaller, S_IFDIR | 0700}, nullptr},
                      DirectoryRow{"OwnedByOtherUser", {kOtherUser, S_IFDIR | 0755}, "user 1001"},
                      DirectoryRow{"GroupWritable", {kRoot, S_IFDIR | 0775}, "chmod go-w"},
                      DirectoryRow{"WorldWritable", {kRoot, S_IFDIR | 01777}, "chmod go-w"},
                      DirectoryRow{"NotADirectory", {kRoot, S_IFREG | 0644}, "not a directory"}),
    [](const auto& row) { return row.param.row; });

TEST(SharedDirectory, IsAcceptedIfSticky) {
  const auto judge = [](FileFacts facts) {
    return judge_shared_directory(facts, "/etc/x.conf.d", kCaller);
  };
  EXPECT_FALSE(judge({kRoot, S_IFDIR | 0755}));
  EXPECT_FALSE(judge({kRoot, S_IFDIR | 01777})) << "like a Kubernetes ConfigMap";
  EXPECT_FALSE(judge({kRoot, S_IFDIR | 01775}));
  EXPECT_TRUE(judge({kRoot, S_IFDIR | 0777}));
  EXPECT_TRUE(judge({kRoot, S_IFDIR | 0775}));
  EXPECT_TRUE(judge({kOtherUser, S_IFDIR | 01777})) << "its owner can replace every file";
  EXPECT_TRUE(judge({kRoot, S_IFREG | 01777}));
}

/// How the kernel shows files of the host's root in a user namespace that does not map it.
TEST(UnmappedOwner, CountsAsRootInSystemDirectoriesOnly) {
  for (const bool is_in_system : {false, true}) {
    const FileFacts file{65534, S_IFREG | 0644, true, is_in_system};
    const FileFacts directory{65534, S_IFDIR | 0755, true, is_in_system};
    const FileFacts link{65534, S_IFLNK | 0777, true, is_in_system};
    EXPECT_NE(judge_file(file, "/x", kCaller, Readers::kAnybody).has_value(), is_in_system);
    EXPECT_NE(judge_owned_step(directory, "/x", kCaller).has_value(), is_in_system);
    EXPECT_NE(judge_fixed_step(directory, "/x", kCaller).has_value(), is_in_system);
    EXPECT_NE(judge_step(link, "/x", kCaller).has_value(), is_in_system);
  }
  EXPECT_TRUE(judge_file({65534, S_IFREG | 0644, false, true}, "/x", kCaller, Readers::kAnybody))
      << "a user with that id";
  EXPECT_TRUE(judge_file({65534, S_IFREG | 0666, true, true}, "/x", kCaller, Readers::kAnybody))
      << "writable by others";
  EXPECT_TRUE(judge_file({65534, S_IFREG | 0644, true, false}, "/x", 65534, Readers::kAnybody))
      << "a caller who is unmapped, too, need not be the owner";
}

class StepJudgement : public ::testing::TestWithParam<FileRow> {};

TEST_P(StepJudgement, ChecksWhoCouldHaveCreatedIt) {
  const auto& row = GetParam();
  const auto refusal = judge_step(row.facts, "/srv/token", kCaller);
  ASSERT_EQ(refusal.has_value(), row.message != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(lines_of("prog", *refusal), AllOf(HasSubstr("/srv/token"), HasSubstr(row.message)));
}

INSTANTIATE_TEST_SUITE_P(
    TrustedFile, StepJudgement,
    ::testing::Values(
        FileRow{"LinkOfRoot", {kRoot, S_IFLNK | 0777}, Readers::kGroup, nullptr},
        FileRow{"LinkOfCaller", {kCaller, S_IFLNK | 0777}, Readers::kGroup, nullptr},
        FileRow{"LinkOfOtherUser",
                {kOtherUser, S_IFLNK | 0777},
                Readers::kGroup,
                "link owned by user 1001"},
        FileRow{"DirectoryOfRoot", {kRoot, S_IFDIR | 0755}, Readers::kGroup, nullptr},
        FileRow{"DirectoryOfConsul", {kOtherUser, S_IFDIR | 0770}, Readers::kGroup, nullptr},
        FileRow{"StickyDirectory", {kRoot, S_IFDIR | S_ISVTX | 0777}, Readers::kGroup, nullptr},
        FileRow{
            "WorldWritableDirectory", {kRoot, S_IFDIR | 0777}, Readers::kGroup, "world-writable"}),
    [](const auto& row) { return row.param.row; });

class OwnedStepJudgement : public ::testing::TestWithParam<FileRow> {};

TEST_P(OwnedStepJudgement, RejectsDirectoriesOfOrdinaryUsers) {
  const auto& row = GetParam();
  const auto refusal = judge_owned_step(row.facts, "/srv/token", kCaller);
  ASSERT_EQ(refusal.has_value(), row.message != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(refusal->message, AllOf(HasSubstr("/srv/token"), HasSubstr(row.message)));
}

INSTANTIATE_TEST_SUITE_P(
    TrustedFile, OwnedStepJudgement,
    ::testing::Values(
        FileRow{"DirectoryOfRoot", {kRoot, S_IFDIR | 0755}, Readers::kGroup, nullptr},
        FileRow{"DirectoryOfCaller", {kCaller, S_IFDIR | 0700}, Readers::kGroup, nullptr},
        FileRow{"DirectoryOfConsul", {kSystemAccount, S_IFDIR | 0770}, Readers::kGroup, nullptr},
        FileRow{"DirectoryOfOtherUser", {kOtherUser, S_IFDIR | 0755}, Readers::kGroup, "user 1001"},
        FileRow{"StickyDirectoryOfOtherUser",
                {kOtherUser, S_IFDIR | S_ISVTX | 0777},
                Readers::kGroup,
                "user 1001"},
        FileRow{"LinkOfOtherUser", {kOtherUser, S_IFLNK | 0777}, Readers::kGroup, "symbolic link"},
        FileRow{
            "WorldWritableDirectory", {kRoot, S_IFDIR | 0777}, Readers::kGroup, "world-writable"}),
    [](const auto& row) { return row.param.row; });

class FixedStepJudgement : public ::testing::TestWithParam<FileRow> {};

TEST_P(FixedStepJudgement, ChecksWhoCanReplaceEntries) {
  const auto& row = GetParam();
  const auto refusal = judge_fixed_step(row.facts, "/opt/glusterfs", kCaller);
  ASSERT_EQ(refusal.has_value(), row.message != nullptr);
  if (!refusal) return;
  EXPECT_EQ(refusal->code, ErrorCode::kPermission);
  EXPECT_THAT(lines_of("prog", *refusal),
              AllOf(HasSubstr("/opt/glusterfs"), HasSubstr(row.message)));
}

INSTANTIATE_TEST_SUITE_P(
    TrustedFile, FixedStepJudgement,
    ::testing::Values(
        FileRow{"DirectoryOfRoot", {kRoot, S_IFDIR | 0755}, Readers::kAnybody, nullptr},
        FileRow{"DirectoryOfCaller", {kCaller, S_IFDIR | 0700}, Readers::kAnybody, nullptr},
        FileRow{"DirectoryOfOtherUser",
                {kOtherUser, S_IFDIR | 0755},
                Readers::kAnybody,
                "belongs to user 1001"},
        FileRow{"GroupWritable", {kRoot, S_IFDIR | 0775}, Readers::kAnybody, "chmod g-w"},
        FileRow{"WorldWritable", {kRoot, S_IFDIR | 0757}, Readers::kAnybody, "world-writable"},
        FileRow{"Sticky", {kRoot, S_IFDIR | S_ISVTX | 0777}, Readers::kAnybody, nullptr},
        FileRow{"LinkOfRoot", {kRoot, S_IFLNK | 0777}, Readers::kAnybody, nullptr},
        FileRow{"LinkOfOtherUser",
                {kOtherUser, S_IFLNK | 0777},
                Readers::kAnybody,
                "link owned by user 1001"}),
    [](const auto& row) { return row.param.row; });

constexpr std::size_t kMaxSize = 64UL * 1024;

Result<std::string> read(const std::string& path) {
  return read_trusted_file(path, Readers::kGroup, kMaxSize, Missing::kIsAnError);
}

Result<std::string> read_public(const std::string& path, Missing missing) {
  return read_trusted_file(path, Readers::kAnybody, kMaxSize, missing);
}

/// A file of the caller in a temporary directory.
class TrustedFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "trusted_file_XXXXXX";
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

TEST_F(TrustedFile, FollowsSymbolicLink) {
  const auto link = directory_ / "link";
  std::filesystem::create_symlink(file("t"), link);
  EXPECT_TRUE(read(link).has_value());
}

TEST_F(TrustedFile, ChecksPermissionsOfLinkTarget) {
  const auto link = directory_ / "link";
  std::filesystem::create_symlink(file("t", 0644), link);
  EXPECT_EQ(read(link).error().code, ErrorCode::kPermission);
}

TEST_F(TrustedFile, FollowsDirectoryLinksAndDots) {
  std::filesystem::create_directory(directory_ / "sub");
  std::filesystem::create_symlink("..", directory_ / "sub" / "up");
  std::filesystem::create_directory_symlink(directory_ / "sub", directory_ / "absolute");
  file("t");
  const auto token = read((directory_ / "absolute" / "." / "up" / "file").string());
  ASSERT_TRUE(token.has_value()) << token.error().message;
  EXPECT_EQ(*token, "t");
}

TEST_F(TrustedFile, ReportsSymbolicLinkLoop) {
  std::filesystem::create_symlink("loop", directory_ / "loop");
  const auto token = read((directory_ / "loop").string());
  EXPECT_EQ(token.error().code, ErrorCode::kUnreadable);
  EXPECT_THAT(token.error().message, HasSubstr("Too many levels"));
}

TEST_F(TrustedFile, RejectsFileInWorldWritableDirectory) {
  const auto path = file("t");
  ASSERT_EQ(::chmod(directory_.c_str(), 0777), 0);
  EXPECT_EQ(read(path).error().code, ErrorCode::kPermission);
  EXPECT_EQ(read_public(path, Missing::kIsAnError).error().code, ErrorCode::kPermission);
}

TEST_F(TrustedFile, DistinguishesFilesAndDirectories) {
  const auto path = file("t");
  EXPECT_THAT(read(path + "/token").error().message, HasSubstr("Not a directory"));
  EXPECT_EQ(read(path + "/token").error().code, ErrorCode::kUnreadable);
  EXPECT_THAT(read(directory_.string()).error().message, HasSubstr("not a regular file"));
}

TEST_F(TrustedFile, OpensFileOnlyWithSafePermissions) {
  EXPECT_TRUE(open_trusted_file(file("key", 0600), Readers::kGroup).has_value());
  EXPECT_TRUE(open_trusted_file(file("key", 0644), Readers::kAnybody).has_value());
  EXPECT_THAT(open_trusted_file(file("key", 0644), Readers::kGroup).error().message,
              HasSubstr("others to read it"));
  EXPECT_THAT(open_trusted_file(file("ca", 0664), Readers::kAnybody).error().message,
              HasSubstr("others to change it"));
  EXPECT_EQ(open_trusted_file(directory_ / "missing", Readers::kAnybody).error().code,
            ErrorCode::kUnreadable);
}

TEST_F(TrustedFile, ChecksProgramAndItsDirectories) {
  const auto path = file("#!/bin/sh\n", 0755);
  EXPECT_TRUE(check_program(path).has_value());
  EXPECT_EQ(check_program(directory_ / "missing").error().code, ErrorCode::kSystem);
  file("#!/bin/sh\n", 0775);
  EXPECT_THAT(check_program(path).error().message, HasSubstr("others to change it"));
  file("#!/bin/sh\n", 0755);
  ASSERT_EQ(::chmod(directory_.c_str(), 0770), 0);
  EXPECT_THAT(check_program(path).error().message, HasSubstr("writable by its group"));
}

TEST_F(TrustedFile, ChecksCertificateDirectoryAndLinkTargets) {
  const auto certificates = directory_ / "certificates";
  std::filesystem::create_directory(certificates);
  std::filesystem::create_symlink(file("ca", 0644), certificates / "0a1b2c3d.0");
  std::filesystem::create_symlink("/nowhere/at/all", certificates / "0a1b2c3d.1");
  const auto checked = check_certificate_directory(certificates);
  EXPECT_TRUE(checked.has_value()) << checked.error().message;
  file("ca", 0664);
  EXPECT_THAT(check_certificate_directory(certificates).error().message,
              AllOf(HasSubstr("0a1b2c3d.0"), HasSubstr("others to change it")));
  file("ca", 0644);
  ASSERT_EQ(::chmod(certificates.c_str(), 0775), 0);
  EXPECT_EQ(check_certificate_directory(certificates).error().code, ErrorCode::kPermission);
  EXPECT_EQ(check_certificate_directory(directory_ / "missing").error().code,
            ErrorCode::kUnreadable);
}

TEST_F(TrustedFile, RejectsLinkToCertificateThatAnyoneCanCreate) {
  const auto certificates = directory_ / "certificates";
  std::filesystem::create_directory(certificates);
  std::filesystem::create_directory(directory_ / "open");
  ASSERT_EQ(::chmod((directory_ / "open").c_str(), 01777), 0);
  std::filesystem::create_symlink(directory_ / "open" / "ca.pem", certificates / "0a1b2c3d.0");
  EXPECT_THAT(check_certificate_directory(certificates).error().message,
              AllOf(HasSubstr("0a1b2c3d.0"), HasSubstr("anyone can create")));
}

TEST_F(TrustedFile, RejectsFileThatIsTooLarge) {
  EXPECT_TRUE(read(file(std::string(kMaxSize, 'x'))).has_value());
  EXPECT_EQ(read(file(std::string(kMaxSize + 1, 'x'))).error().code, ErrorCode::kUsage);
}

TEST_F(TrustedFile, RejectsRelativePath) {
  EXPECT_EQ(read("token").error().code, ErrorCode::kUsage);
  EXPECT_EQ(read_public("glusterconsul.conf", Missing::kIsEmpty).error().code, ErrorCode::kUsage);
}

TEST_F(TrustedFile, MissingFileIsErrorOrEmpty) {
  const std::string path = directory_ / "missing";
  EXPECT_EQ(read(path).error().code, ErrorCode::kUnreadable);
  EXPECT_THAT(read(path).error().message, HasSubstr("No such file"));
  const auto conf = read_public(path, Missing::kIsEmpty);
  ASSERT_TRUE(conf.has_value());
  EXPECT_EQ(*conf, "");
  EXPECT_EQ(read_public(path, Missing::kIsAnError).error().code, ErrorCode::kUnreadable);
}

TEST_F(TrustedFile, DoesNotBlockOnFifo) {
  const std::string path = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read(path).error().code, ErrorCode::kPermission);
}

TEST_F(TrustedFile, AcceptsWorldReadableConfFile) {
  EXPECT_EQ(read_public(file("a = b\n", 0644), Missing::kIsAnError).value(), "a = b\n");
}

}  // namespace
}  // namespace glusterconsul
