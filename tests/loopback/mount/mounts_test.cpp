// Tests code that handles mounts on real mounts in a private mount namespace.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "fuse_mount.hpp"
#include "mount/brick_check.hpp"
#include "mount/dead_mount.hpp"
#include "mount/mount_options.hpp"
#include "mount/mount_table.hpp"
#include "mount/target.hpp"
#include "mount/verification.hpp"
#include "mount/vfs_flags.hpp"
#include "test_context.hpp"
#include "util/named_file.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* kSource = "gluster.service.consul:/g0";

class OnAMount : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto entered = loopback::enter_private_mount_namespace(); !entered) {
      GTEST_SKIP() << "needs root and FUSE: " << entered.error().message;
    }
    std::string name = std::filesystem::canonical(::testing::TempDir()) / "targetXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    target_ = name;
  }
  void TearDown() override {
    if (!target_.empty()) std::filesystem::remove(target_);
  }

  loopback::FuseMount mounted(const std::string& source = kSource) {
    auto mount = loopback::FuseMount::at(target_, source);
    EXPECT_TRUE(mount.has_value()) << mount.error().message;
    return *std::move(mount);
  }
  [[nodiscard]] std::optional<MountEntry> there() const {
    return mounted_at(*read_mount_table(), target_);
  }
  /// The flags of the last mount at the target: those of the mount, then the superblock's.
  [[nodiscard]] std::string flags() const {
    std::ifstream table("/proc/self/mountinfo");
    std::string found;
    for (std::string line; std::getline(table, line);) {
      const auto at = line.find(" " + target_ + " ");
      if (at == std::string::npos) continue;
      const auto from = at + target_.size() + 2;
      found = line.substr(from, line.find(' ', from) - from) + " " +
              line.substr(line.rfind(' ') + 1,
                          line.find(",user_id", line.rfind(' ')) - line.rfind(' ') - 1);
    }
    return found;
  }

  [[nodiscard]] Result<void> finish(const VfsFlags& flags) const {
    return finish_mount(open_mount(target_, there()->id), target_, flags);
  }

  std::string target_;
};

TEST_F(OnAMount, WaitForNamedFileEndsAtTheDeadline) {
  {
    const auto mount = mounted();
    const Cancel cancel;
    const auto responds =
        files_respond({{"--credentials", target_ + "/file"}}, cancel, Deadline::after(100ms));
    ASSERT_FALSE(responds.has_value());
    EXPECT_EQ(responds.error().code, ErrorCode::kUnreadable);
  }
  // The child that was left behind ends with the mount, and other tests expect none.
  EXPECT_GT(::waitpid(-1, nullptr, 0), 0);
}

TEST_F(OnAMount, TimesOutIfFileSystemDoesNotRespond) {
  const auto mount = mounted();
  const auto answer = answers(target_, TestContext().within(50ms));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kTimedOut);
  EXPECT_THAT(answer.error().message, HasSubstr(target_));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(OnAMount, WaitForFileSystemIsInterruptible) {
  const auto mount = mounted();
  TestContext test;
  test.cancel.request();
  const auto answer = answers(target_, test.within(20s));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kInterrupted);
}

TEST_F(OnAMount, ReportsDeadFileSystem) {
  auto mount = mounted();
  mount.die();
  const auto answer = answers(target_, TestContext().within(20s));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("endpoint is not connected"));
}

TEST_F(OnAMount, BrickCheckTimesOutIfFileSystemDoesNotRespond) {
  const auto mount = mounted();
  const auto checked =
      check_brick_in_child(target_, "/mount/point", "/nonexistent", TestContext().within(50ms));
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(checked.error().message, HasSubstr("mounted at /mount/point does not respond"));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(OnAMount, BrickCheckIsInterruptible) {
  const auto mount = mounted();
  TestContext test;
  test.cancel.request();
  const auto checked =
      check_brick_in_child(target_, "/mount/point", "/nonexistent", test.within(20s));
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, ErrorCode::kInterrupted);
}

TEST_F(OnAMount, BrickCheckReportsReasonOfChild) {
  TestContext test;
  EXPECT_TRUE(
      check_brick_in_child(target_, "/mount/point", "/nonexistent", test.within(20s)).has_value());
  const auto checked = check_brick_in_child("/", "/", "/nonexistent", test.within(20s));
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, ErrorCode::kUsage);
  EXPECT_EQ(checked.error().message, "cannot mount a volume over /");
}

TEST(LocalFileSystem, DoesNotWaitForNetworkOrProcess) {
  for (const auto* type : {"ext4", "xfs", "btrfs", "tmpfs"}) {
    EXPECT_TRUE(is_local_file_system(type)) << type;
  }
  for (const auto* type :
       {"fuse.glusterfs", "fuse", "fuseblk", "nfs4", "cifs", "autofs", "overlay", "ext", ""}) {
    EXPECT_FALSE(is_local_file_system(type)) << type;
  }
}

TEST_F(OnAMount, TargetShowsOnlyVisibleMount) {
  const auto way = target_ + "/way";
  const auto data = way + "/data";
  std::filesystem::create_directories(data);
  {
    const auto before = Target::open(data);
    const auto mount = loopback::FuseMount::at(data, kSource);
    ASSERT_TRUE(mount.has_value()) << mount.error().message;
    auto table = *read_mount_table();
    const auto entry = *mounted_at(table, data);
    EXPECT_TRUE(before->shows(entry, table)) << "opened before the mount";
    EXPECT_TRUE(Target::open(data)->shows(entry, table)) << "opened after it";
    // Covers the parent directory, like a file system that users mount on their own directory.
    ASSERT_EQ(::syscall(SYS_mount, "cover", way.c_str(), "tmpfs", 0, nullptr), 0);
    std::filesystem::create_directories(data);
    table = *read_mount_table();
    EXPECT_EQ(mounted_at(table, data)->id, entry.id) << "the table still lists the mount";
    EXPECT_FALSE(Target::open(data)->shows(entry, table));
    constexpr int kDetach = 2;  // <sys/mount.h> and <linux/mount.h> exclude each other
    EXPECT_EQ(::syscall(SYS_umount2, way.c_str(), kDetach), 0);
  }
  std::filesystem::remove_all(way);
}

TEST_F(OnAMount, OpensTargetWithoutAccessToFileSystem) {
  auto mount = mounted();
  EXPECT_EQ(Target::open(target_ + "/")->path(), target_) << "does not respond";
  mount.die();
  EXPECT_EQ(Target::open(target_ + "//")->path(), target_) << "dead";
}

TEST_F(OnAMount, TableShowsSourceAndType) {
  const auto mount = mounted();
  ASSERT_TRUE(there().has_value());
  EXPECT_EQ(there()->source, kSource);
  EXPECT_EQ(there()->type, kGlusterType);
  EXPECT_EQ(occupied(*read_mount_table(), target_, kSource), Occupied::kSame);
}

TEST_F(OnAMount, DetachesMountThatDoesNotRespond) {
  const auto mount = mounted();
  const auto down = detach(open_mount(target_, there()->id), *there());
  EXPECT_TRUE(down.has_value()) << down.error().message;
  EXPECT_EQ(there(), std::nullopt);
}

TEST_F(OnAMount, DetachesDeadMount) {
  auto mount = mounted();
  mount.die();
  EXPECT_TRUE(detach(open_mount(target_, there()->id), *there()).has_value());
  EXPECT_EQ(there(), std::nullopt);
}

TEST_F(OnAMount, DetachesOnlyGivenMount) {
  const auto below = mounted("below:/g0");
  const auto below_entry = *there();
  const auto below_root = open_mount(target_, below_entry.id);
  const auto above = mounted("above:/g0");
  const auto above_entry = *there();
  const auto above_root = open_mount(target_, above_entry.id);
  const auto hidden = detach(below_root, below_entry);
  ASSERT_FALSE(hidden.has_value()) << "another mount of root is on top: nothing is detached";
  EXPECT_THAT(hidden.error().message, HasSubstr("above:/g0 is mounted over it"));
  EXPECT_EQ(there()->id, above_entry.id);
  EXPECT_TRUE(detach(above_root, above_entry).has_value());
  EXPECT_EQ(there()->id, below_entry.id);
  EXPECT_TRUE(detach(above_root, above_entry).has_value()) << "it is already detached";
  EXPECT_EQ(there()->id, below_entry.id);
}

TEST_F(OnAMount, DetachesMountWithUserMountOnTop) {
  const auto below = mounted();
  const auto entry = *there();
  const auto root = open_mount(target_, entry.id);
  const auto above = loopback::FuseMount::at(target_, "users", 1000);
  ASSERT_TRUE(above.has_value()) << above.error().message;
  EXPECT_EQ(there()->user, 1000U);
  const auto down = detach(root, entry);
  EXPECT_TRUE(down.has_value()) << down.error().message;
  EXPECT_EQ(there(), std::nullopt);
}

TEST_F(OnAMount, DetachesMountBelowCoveredDirectory) {
  const auto way = target_ + "/way";
  const auto data = way + "/data";
  std::filesystem::create_directories(data);
  const auto target = Target::open(data);
  ASSERT_TRUE(target.has_value()) << target.error().message;
  {
    const auto mount = loopback::FuseMount::at(data, kSource);
    const auto entry = *mounted_at(*read_mount_table(), data);
    const auto cover = loopback::FuseMount::at(way, "users", 1000);
    ASSERT_TRUE(cover.has_value()) << cover.error().message;
    EXPECT_TRUE(target->carries(entry));
    const auto root = target->open_mount(entry.id);
    ASSERT_TRUE(root);
    const auto down = detach(root, entry);
    EXPECT_TRUE(down.has_value()) << down.error().message;
    EXPECT_EQ(mounted_at(*read_mount_table(), data), std::nullopt);
  }
  std::filesystem::remove_all(way);
}

struct Row {
  const char* name;
  VfsFlags finish;
  const char* shown;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class FinishedMount : public OnAMount, public ::testing::WithParamInterface<Row> {};

TEST_P(FinishedMount, HasRequestedFlags) {
  const auto mount = mounted();
  const auto finished = finish(GetParam().finish);
  ASSERT_TRUE(finished.has_value()) << finished.error().message;
  EXPECT_EQ(flags(), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Mounts, FinishedMount,
    ::testing::Values(
        Row{"nothing", {}, "rw,relatime rw"},
        Row{"sync", {MS_SYNCHRONOUS, 0}, "rw,relatime rw,sync"},
        Row{"lazytime", {MS_LAZYTIME, 0}, "rw,relatime rw,lazytime"},
        Row{"both", {MS_SYNCHRONOUS | MS_LAZYTIME, 0}, "rw,relatime rw,sync,lazytime"},
        Row{"nodiratime", {0, MS_NODIRATIME}, "rw,nodiratime,relatime rw"},
        Row{"strictatime", {0, MS_STRICTATIME}, "rw rw"},
        Row{"nosymfollow", {0, MS_NOSYMFOLLOW}, "rw,relatime,nosymfollow rw"},
        Row{"all",
            {MS_SYNCHRONOUS | MS_LAZYTIME, MS_NODIRATIME | MS_STRICTATIME | MS_NOSYMFOLLOW},
            "rw,nodiratime,nosymfollow rw,sync,lazytime"}),
    [](const auto& row) { return row.param.name; });

TEST_F(OnAMount, FinishKeepsExistingFlags) {
  const auto mount = mounted();
  ASSERT_TRUE(finish({MS_LAZYTIME, MS_NOSYMFOLLOW}).has_value());
  ASSERT_TRUE(finish({MS_SYNCHRONOUS, MS_NODIRATIME}).has_value());
  EXPECT_EQ(flags(), "rw,nodiratime,relatime,nosymfollow rw,sync,lazytime");
}

TEST_F(OnAMount, FinishReportsTargetThatIsNotAMount) {
  for (const auto& flags : {VfsFlags{MS_SYNCHRONOUS, 0}, VfsFlags{0, MS_NODIRATIME}}) {
    const UniqueFd no_mount(::open(target_.c_str(), O_PATH | O_CLOEXEC));
    const auto finished = finish_mount(no_mount, target_, flags);
    ASSERT_FALSE(finished.has_value());
    EXPECT_EQ(finished.error().code, ErrorCode::kSystem);
    EXPECT_THAT(finished.error().message, HasSubstr(target_ + ": Invalid argument"));
  }
}

TEST_F(OnAMount, FinishAffectsGivenMountAndNotPath) {
  const auto mount = mounted();
  const auto root = open_mount(target_, there()->id);
  const auto above = mounted("above:/g0");
  ASSERT_TRUE(finish_mount(root, target_, {MS_SYNCHRONOUS, MS_NODIRATIME}).has_value());
  EXPECT_EQ(flags(), "rw,relatime rw") << "the mount above";
  EXPECT_TRUE(detach(open_mount(target_, there()->id), *there()).has_value());
  EXPECT_EQ(flags(), "rw,nodiratime,relatime rw,sync");
}

TEST_F(OnAMount, TargetCarriesMountAndIsCovered) {
  const auto target = Target::open(target_);
  const auto mount = mounted();
  const auto below = *there();
  EXPECT_TRUE(target->carries(below));
  EXPECT_EQ(target->topmost({below}), below);
  EXPECT_EQ(target->check_unchanged().error().code, ErrorCode::kConflict);
  const auto above = mounted("above:/g0");
  EXPECT_FALSE(target->carries(*there())) << "on the other mount";
  EXPECT_EQ(target->topmost({below, *there()}), there());
  EXPECT_EQ(target->topmost({*there()}), std::nullopt) << "earlier mounts are not counted";
}

TEST_F(OnAMount, FinishReportsUnsupportedFlagsAsBug) {
  const auto mount = mounted();
  EXPECT_EQ(finish({MS_DIRSYNC, 0}).error().code, ErrorCode::kBug);
  EXPECT_EQ(finish({0, MS_NODEV}).error().code, ErrorCode::kBug);
}

}  // namespace
}  // namespace glusterconsul::mount
