#include "util/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/util/soon.hpp"

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;

pid_t fork_sleeper() {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  for (;;) ::pause();
}

TEST(Child, IsKilledAndReapedByDestructor) {
  const pid_t pid = fork_sleeper();
  {
    Child child(pid);
    EXPECT_EQ(child.wait(Deadline::after(0ms), Cancel()).error().code, ErrorCode::kTimedOut);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Child, AbandonedIsKilledAndNotReaped) {
  const pid_t pid = fork_sleeper();
  {
    Child child(pid);
    child.abandon();
    child.abandon();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(exit_state(status).signal, SIGKILL);
}

TEST(Child, ReportsSignalAfterEnd) {
  const pid_t pid = fork_sleeper();
  Child child(pid);
  EXPECT_TRUE(child.end(soon()));
  EXPECT_EQ(child.wait(soon(), Cancel())->signal, SIGKILL);
}

/// During its lifetime no descriptor can be opened, and therefore no pidfd.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Child, WaitsWithoutPidfd) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(7);
  auto child = [&] {
    const NoDescriptors none;
    return Child(pid);
  }();
  EXPECT_EQ(child.wait(soon(), Cancel())->status, 7);

  auto sleeper = [&] {
    const NoDescriptors none;
    return Child(fork_sleeper());
  }();
  EXPECT_EQ(sleeper.wait(Deadline::after(0ms), Cancel()).error().code, ErrorCode::kTimedOut);
  EXPECT_TRUE(sleeper.end(soon()));
}

TEST(Child, HasEndedIfReapedElsewhere) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  Child child(pid);
  ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  const auto ended = child.wait(soon(), Cancel());
  ASSERT_TRUE(ended);
  EXPECT_FALSE(ended->success());
  EXPECT_EQ(to_string(*ended), "unknown exit status");
}

TEST(ExitStateText, ShowsNumberOfUnknownSignal) {
  EXPECT_EQ(to_string(ExitState{std::nullopt, SIGKILL}), "signal 9 (Killed)");
  EXPECT_EQ(to_string(ExitState{std::nullopt, 400}), "signal 400 (unknown)");
  EXPECT_EQ(to_string(ExitState{3, std::nullopt}), "exit status 3");
}

}  // namespace
}  // namespace glusterconsul
