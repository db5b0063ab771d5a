#include "mount/verification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>

#include "test_context.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Answers, SucceedsIfFileSystemIsMounted) {
  const auto answer = answers("/", TestContext().within(20s));
  EXPECT_TRUE(answer.has_value()) << answer.error().message;
}

TEST(Answers, ReportsTargetAndErrno) {
  const auto answer = answers("/proc/nonexistent", TestContext().within(20s));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kMountFailed);
  EXPECT_THAT(answer.error().message, HasSubstr("/proc/nonexistent: No such file or directory"));
}

TEST(Answers, LeavesNoChild) {
  static_cast<void>(answers("/", TestContext().within(0s)));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(PathResponds, EvenIfItDoesNotExist) {
  EXPECT_TRUE(path_responds("/proc/self", TestContext().within(20s)));
  EXPECT_TRUE(path_responds("/proc/nonexistent", TestContext().within(20s)));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
}

}  // namespace
}  // namespace glusterconsul::mount
