#include "util/subprocess.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "unit/util/soon.hpp"

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

ProcessSpec shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, {"A=b"}};
}

TEST(Subprocess, DistinguishesExitStatusAndSignal) {
  const Cancel cancel;
  auto exits = Subprocess::start(shell("exit 7"));
  ASSERT_TRUE(exits.has_value());
  EXPECT_EQ(exits->wait(soon(), cancel)->status, 7);
  auto dies = Subprocess::start(shell("kill -KILL $$"));
  ASSERT_TRUE(dies.has_value());
  const auto state = dies->wait(soon(), cancel);
  EXPECT_EQ(state->signal, SIGKILL);
  EXPECT_EQ(state->status, std::nullopt);
  EXPECT_THAT(to_string(*state), HasSubstr("signal 9"));
}

TEST(Subprocess, ReportsPathOfMissingProgram) {
  const auto child = Subprocess::start({{"/nonexistent/glusterfs"}, {}});
  ASSERT_FALSE(child.has_value());
  EXPECT_EQ(child.error().code, ErrorCode::kSystem);
  EXPECT_THAT(child.error().message, HasSubstr("/nonexistent/glusterfs: No such file"));
}

TEST(Subprocess, ChildGetsOnlyGivenEnvironment) {
  ASSERT_EQ(::setenv("GLUSTERCONSUL_LEAK", "secret", 1), 0);
  auto child = Subprocess::start({{"/usr/bin/env"}, {"A=b"}});
  ASSERT_TRUE(child.has_value());
  ASSERT_TRUE(child->wait(soon(), Cancel())->success());
  EXPECT_EQ(child->output(), "A=b\n");
}

TEST(Subprocess, ChildInheritsNoDescriptors) {
  // Without close-on-exec, like a descriptor leaked by a careless parent process.
  const UniqueFd leaked(::open("/dev/null", O_RDONLY));
  ASSERT_TRUE(leaked);
  auto child = Subprocess::start(
      shell("for fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$fd ] && echo $fd; done;"
            "umask; pwd"));
  ASSERT_TRUE(child.has_value());
  ASSERT_TRUE(child->wait(soon(), Cancel())->success());
  EXPECT_EQ(child->output(), "0\n1\n2\n0022\n/\n");
}

TEST(Subprocess, ChildHasNoLimitOfItsFileSize) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  // Only root can raise the hard limit, and anyone the other.
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  auto child = Subprocess::start(shell("echo printed"));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_TRUE(child.has_value());
  ASSERT_TRUE(child->wait(soon(), Cancel())->success());
  EXPECT_EQ(child->output(), "printed\n");
}

TEST(Subprocess, ChildKeepsIgnoringOnlySighupAndSigint) {
  // Without SIGCHLD, because the kernel would reap a child that ends before the reset.
  for (const int number : {SIGHUP, SIGTERM, SIGPIPE}) ::signal(number, SIG_IGN);
  auto child = Subprocess::start(shell("grep SigIgn: /proc/self/status"));
  for (const int number : {SIGHUP, SIGTERM, SIGPIPE}) ::signal(number, SIG_DFL);
  ASSERT_TRUE(child.has_value());
  ASSERT_TRUE(child->wait(soon(), Cancel())->success());
  EXPECT_EQ(child->output(), "SigIgn:\t0000000000000001\n");
}

TEST(Subprocess, WaitTimesOutAndDestructorKillsChild) {
  pid_t pid = 0;
  {
    auto child = Subprocess::start({{"/bin/sleep", "1000"}, {}});
    ASSERT_TRUE(child.has_value());
    pid = child->pid();
    const auto waited = child->wait(Deadline::after(1ms), Cancel());
    ASSERT_FALSE(waited.has_value());
    EXPECT_EQ(waited.error().code, ErrorCode::kTimedOut);
    EXPECT_EQ(::kill(pid, 0), 0) << "still running";
  }
  EXPECT_EQ(::kill(pid, 0), -1) << "killed and reaped";
}

TEST(Subprocess, WaitReturnsWhenCancelled) {
  Cancel cancel;
  auto child = Subprocess::start({{"/bin/sleep", "1000"}, {}});
  ASSERT_TRUE(child.has_value());
  cancel.request();
  EXPECT_EQ(child->wait(soon(), cancel).error().code, ErrorCode::kInterrupted);
}

TEST(Subprocess, ChildHasItsOwnProcessGroupByDefault) {
  ProcessSpec spec = shell("set -- $(cut -d')' -f2 /proc/$$/stat); echo $3");
  auto own = Subprocess::start(spec);
  ASSERT_TRUE(own.has_value());
  ASSERT_TRUE(own->wait(soon(), Cancel())->success());
  EXPECT_EQ(own->output(), std::to_string(own->pid()) + "\n");
  spec.group = ProcessSpec::Group::kCallers;
  auto shared = Subprocess::start(spec);
  ASSERT_TRUE(shared.has_value());
  ASSERT_TRUE(shared->wait(soon(), Cancel())->success());
  EXPECT_EQ(shared->output(), std::to_string(::getpgrp()) + "\n");
}

TEST(Subprocess, DoesNotSplitArguments) {
  auto child = Subprocess::start({{"/usr/bin/printf", "%s|", "a b", "", "*", "$(id)"}, {}});
  ASSERT_TRUE(child.has_value());
  ASSERT_TRUE(child->wait(soon(), Cancel())->success());
  EXPECT_EQ(child->output(), "a b||*|$(id)|");
}

}  // namespace
}  // namespace glusterconsul
