#include "mount/verification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Answers, SucceedsIfFileSystemIsMounted) {
  const auto answer = answers("/", Deadline::after(20s), Cancel());
  EXPECT_TRUE(answer.has_value()) << answer.error().message;
}

TEST(Answers, ReportsTargetAndErrno) {
  const auto answer = answers("/proc/nonexistent", Deadline::after(20s), Cancel());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(answer.error().message, HasSubstr("/proc/nonexistent: No such file or directory"));
}

TEST(Answers, LeavesNoChild) {
  static_cast<void>(answers("/", Deadline::after(0s), Cancel()));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace glusterconsul::mount
