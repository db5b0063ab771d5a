#include "mount/target.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <ostream>

namespace glusterconsul::mount {
namespace {

using ::testing::HasSubstr;

/// A directory with a random name, which the destructor removes.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = std::filesystem::canonical(::testing::TempDir()) / "mountXXXXXX";
    path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct LexicalRow {
  const char* name;
  const char* written;
  std::optional<std::string> path;
};
void PrintTo(const LexicalRow& row, std::ostream* out) {
  *out << row.name;
}
class LexicalPath : public ::testing::TestWithParam<LexicalRow> {};

TEST_P(LexicalPath, DependsOnlyOnText) {
  EXPECT_EQ(lexical_path(GetParam().written), GetParam().path);
}

INSTANTIATE_TEST_SUITE_P(Target, LexicalPath,
                         ::testing::Values(LexicalRow{"Plain", "/mnt/g0", "/mnt/g0"},
                                           LexicalRow{"Root", "/", "/"},
                                           LexicalRow{"SlashAtTheEnd", "/mnt/g0/", "/mnt/g0"},
                                           LexicalRow{"ManySlashes", "//mnt///g0//", "/mnt/g0"},
                                           LexicalRow{"Dot", "/./mnt/./g0/.", "/mnt/g0"},
                                           LexicalRow{"Dots", "/mnt/...", "/mnt/..."},
                                           LexicalRow{"Space", "/mnt/a b", "/mnt/a b"},
                                           LexicalRow{"DotDot", "/mnt/../g0", std::nullopt},
                                           LexicalRow{"Relative", "mnt/g0", std::nullopt},
                                           LexicalRow{"Empty", "", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

TEST(Target, HasCanonicalPath) {
  const TemporaryDirectory directory;
  const auto real = directory.path() / "a b";
  std::filesystem::create_directory(real);
  std::filesystem::create_directory_symlink(real, directory.path() / "link");
  const std::string expected = real.string();
  for (const auto& written :
       {real.string(), real.string() + "///", real.string() + "/.", (real / ".." / "a b").string(),
        (directory.path() / "link").string(), (directory.path() / "link/").string()}) {
    const auto target = Target::open(written);
    ASSERT_TRUE(target.has_value()) << written << ": " << target.error().message;
    EXPECT_EQ(target->path(), expected) << written;
    EXPECT_TRUE(target->check_unchanged().has_value()) << written;
  }
  EXPECT_EQ(Target::open("//")->path(), "/");
}

TEST(Target, RejectsMissingPathAndFile) {
  const auto missing = Target::open("/proc/nonexistent/x");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kUsage);
  EXPECT_THAT(missing.error().message, HasSubstr("/proc/nonexistent/x: No such file"));
  const auto file = Target::open("/dev/null");
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::kUsage);
  EXPECT_THAT(file.error().message, HasSubstr("not a directory"));
}

/// A target in a directory that the directory's owner replaces with another one.
class SwappedTarget : public ::testing::Test {
 protected:
  SwappedTarget() {
    std::filesystem::create_directories(way_ / "data");
    std::filesystem::create_directories(directory_.path() / "other/data");
  }
  void expect_changed() const {
    const auto unchanged = target_->check_unchanged();
    ASSERT_FALSE(unchanged.has_value());
    EXPECT_EQ(unchanged.error().code, ErrorCode::kConflict);
    EXPECT_THAT(unchanged.error().message, HasSubstr((way_ / "data").string()));
    EXPECT_FALSE(target_->carries(on_target())) << "another directory has its name now";
  }
  [[nodiscard]] MountEntry on_target() const {
    const auto parent =
        mount_id_of(UniqueFd(::open(directory_.path().c_str(), O_PATH | O_CLOEXEC)));
    return {999, way_ / "data", "x:/g0", kGlusterType, parent.value_or(-1)};
  }
  void open() { target_.emplace(*Target::open(way_ / "data")); }

  TemporaryDirectory directory_;
  std::filesystem::path way_ = directory_.path() / "way";
  std::optional<Target> target_;
};

TEST_F(SwappedTarget, RecognizesMountOnIt) {
  open();
  EXPECT_TRUE(target_->carries(on_target()));
  auto elsewhere = on_target();
  elsewhere.target = directory_.path() / "other/data";
  EXPECT_FALSE(target_->carries(elsewhere));
  auto on_another_mount = on_target();
  on_another_mount.parent += 1;
  EXPECT_FALSE(target_->carries(on_another_mount)) << "that mount covers the target";
}

TEST_F(SwappedTarget, IsDetectedThroughSymbolicLink) {
  open();
  std::filesystem::rename(way_, directory_.path() / "away");
  std::filesystem::create_directory_symlink(directory_.path() / "other", way_);
  expect_changed();
}

TEST_F(SwappedTarget, IsDetectedIfOtherDirectoryHasItsName) {
  open();
  std::filesystem::rename(way_, directory_.path() / "away");
  std::filesystem::rename(directory_.path() / "other", way_);
  expect_changed();
}

TEST_F(SwappedTarget, IsDetectedIfRemoved) {
  open();
  std::filesystem::remove(way_ / "data");
  expect_changed();
}

TEST_F(SwappedTarget, IsUnchangedIfMovedBack) {
  open();
  std::filesystem::rename(way_, directory_.path() / "away");
  std::filesystem::rename(directory_.path() / "away", way_);
  EXPECT_TRUE(target_->check_unchanged().has_value());
}

struct RenameRow {
  const char* name;
  Ownership parent;
  Ownership directory;
  std::optional<std::string> who;
};
std::ostream& operator<<(std::ostream& out, const RenameRow& row) {
  return out << row.name;
}
class WhoCanRename : public ::testing::TestWithParam<RenameRow> {};

TEST_P(WhoCanRename, DependsOnOwnersAndModes) {
  EXPECT_EQ(who_can_rename(GetParam().parent, GetParam().directory, 0), GetParam().who);
}

INSTANTIATE_TEST_SUITE_P(
    Target, WhoCanRename,
    ::testing::Values(
        RenameRow{"root_only", {0, 0, 0755}, {1000, 1000, 0777}, std::nullopt},
        RenameRow{"owner_of_parent", {1000, 1000, 0700}, {0, 0, 0755}, "user 1000"},
        RenameRow{"owner_without_write_permission", {1000, 1000, 0500}, {0, 0, 0755}, "user 1000"},
        RenameRow{"group_of_root", {0, 0, 0775}, {0, 0, 0755}, std::nullopt},
        RenameRow{"other_group", {0, 100, 0775}, {0, 0, 0755}, "group 100"},
        RenameRow{"everyone", {0, 0, 0777}, {0, 0, 0755}, "everyone"},
        RenameRow{"sticky_owned_by_root", {0, 0, 01777}, {0, 0, 0755}, std::nullopt},
        RenameRow{"sticky_owned_by_user", {0, 0, 01777}, {1000, 1000, 0755}, "user 1000"},
        RenameRow{"sticky_group", {0, 100, 01775}, {1001, 100, 0755}, "user 1001"}),
    [](const auto& row) { return row.param.name; });

TEST(WhoCanRename, ExcludesCaller) {
  EXPECT_EQ(who_can_rename({1000, 1000, 0755}, {1000, 1000, 0755}, 1000), std::nullopt);
  EXPECT_EQ(who_can_rename({1001, 1000, 0755}, {1000, 1000, 0755}, 1000), "user 1001");
}

TEST(WarningAboutPath, NamesFirstDirectoryThatOthersCanRename) {
  const TemporaryDirectory directory;
  const auto open_to_all = directory.path() / "open";
  std::filesystem::create_directories(open_to_all / "a/b");
  const auto before = warning_about_path(open_to_all / "a/b");
  ASSERT_EQ(::chmod(open_to_all.c_str(), 0777), 0);
  const auto warning = warning_about_path(open_to_all / "a/b");
  if (before)
    GTEST_SKIP() << "the temporary directory can be renamed by others: " << before->message;
  ASSERT_TRUE(warning.has_value());
  EXPECT_THAT(warning->message,
              HasSubstr("everyone can rename " + (open_to_all / "a").string() + " "));
}

}  // namespace
}  // namespace glusterconsul::mount
