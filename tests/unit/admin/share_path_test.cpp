#include "admin/share_path.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace glusterconsul::admin {
namespace {

PathMount look(const std::string& path) {
  const Cancel cancel;
  const auto found = mount_of(path, Deadline::after(milliseconds(10'000)), cancel);
  EXPECT_TRUE(found);
  return found.value_or(PathMount{});
}

/// The id of the mount at this target in proc_pid_mountinfo(5); the last one is on top.
int id_in_mountinfo(const std::string& target) {
  std::ifstream table("/proc/self/mountinfo");
  int found = 0;
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    int id = 0;
    std::string parent;
    std::string device;
    std::string root;
    std::string at;
    fields >> id >> parent >> device >> root >> at;
    if (at == target) found = id;
  }
  return found;
}

TEST(MountOf, FindsTheMount) {
  const auto proc = look("/proc/self");
  EXPECT_TRUE(proc.has_responded);
  EXPECT_EQ(proc.error_number, 0);
  EXPECT_EQ(proc.mount_id, id_in_mountinfo("/proc"));
}

TEST(MountOf, FollowsLinks) {
  const auto link =
      std::filesystem::temp_directory_path() / ("share_path_test." + std::to_string(::getpid()));
  std::filesystem::create_directory_symlink("/proc", link);
  EXPECT_EQ(look(link).mount_id, id_in_mountinfo("/proc"));
  std::filesystem::remove(link);
}

TEST(MountOf, ReportsWhyItCannotBeOpened) {
  EXPECT_EQ(look("/nonexistent/x").error_number, ENOENT);
  EXPECT_EQ(look("/proc/self/status").error_number, ENOTDIR);
}

TEST(MountOf, EndsOnInterruptAndDeadline) {
  Cancel cancel;
  const auto late = mount_of("/", Deadline(Clock::time_point()), cancel);
  ASSERT_TRUE(late);
  cancel.request();
  const auto interrupted = mount_of("/", Deadline::after(milliseconds(10'000)), cancel);
  EXPECT_TRUE(interrupted || interrupted.error().code == ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul::admin
