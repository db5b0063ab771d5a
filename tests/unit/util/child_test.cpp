#include "util/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;

Deadline soon() {
  return Deadline::after(20s);
}

pid_t fork_sleeper() {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  for (;;) ::pause();
}

TEST(Child, IsEndedAndReapedWithTheObject) {
  const pid_t pid = fork_sleeper();
  {
    Child child(pid);
    EXPECT_TRUE(child.watched());
    EXPECT_EQ(child.wait(Deadline::after(0ms), Cancel()).error().code, ErrorCode::kTimedOut);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Child, ToldToEndSaysHowItEnded) {
  const pid_t pid = fork_sleeper();
  Child child(pid);
  EXPECT_TRUE(child.end(soon()));
  EXPECT_EQ(child.wait(soon(), Cancel())->signal, SIGKILL);
}

}  // namespace
}  // namespace glusterconsul
