#include "mount/client_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>

#include "test_context.hpp"

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Deadline soon() {
  return Deadline::after(20s);
}

/// Starts a client and waits until its starter exits.
ClientProcess started(const std::string& script) {
  auto client = ClientProcess::start({"/bin/sh", "-c", script});
  EXPECT_TRUE(client.has_value());
  const auto ended = client->wait(TestContext().within(20s));
  EXPECT_TRUE(ended.has_value() && ended->success()) << client->output();
  return *std::move(client);
}

std::vector<pid_t> pids_in(const std::string& text) {
  std::istringstream words(text);
  std::vector<pid_t> pids;
  for (pid_t pid = 0; words >> pid;) pids.push_back(pid);
  return pids;
}

bool lives(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

/// Whether the process exits soon and is reaped by its new parent.
bool ends(pid_t pid) {
  for (int i = 0; i < 1000 && lives(pid); ++i) ::poll(nullptr, 0, 10);
  return !lives(pid);
}

void expect_no_child() {
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child remains";
  EXPECT_EQ(errno, ECHILD);
}

// A daemon like that of glusterfs: in its own session, and its parent has exited.
constexpr const char* kDaemon = "setsid sleep 1000 & echo $!";
// A daemon that has a child. The starter exits when both have printed their PIDs.
constexpr const char* kDaemonWithChild =
    "echo $(setsid sh -c 'sleep 1000 >&- 2>&- & echo $! $$; exec >&- 2>&-; wait' &)";

TEST(ClientProcess, DaemonOutlivesStarterUntilEnd) {
  auto client = started(kDaemon);
  const auto pids = pids_in(client.output());
  ASSERT_THAT(pids, SizeIs(1));
  EXPECT_TRUE(lives(pids[0]));
  client.end(soon());
  EXPECT_FALSE(lives(pids[0]));
}

TEST(ClientProcess, EndKillsAllDescendants) {
  auto client = started(kDaemonWithChild);
  const auto pids = pids_in(client.output());
  ASSERT_THAT(pids, SizeIs(2));
  EXPECT_TRUE(lives(pids[0]) && lives(pids[1]));
  client.end(soon());
  EXPECT_FALSE(lives(pids[0]) || lives(pids[1]));
  expect_no_child();
}

TEST(ClientProcess, EndKillsDaemonAfterDeadline) {
  auto client = started(kDaemon);
  const auto pids = pids_in(client.output());
  ASSERT_THAT(pids, SizeIs(1));
  client.end(Deadline::after(0ms));
  EXPECT_TRUE(ends(pids[0]));
  ::kill(pids[0], SIGKILL);
}

TEST(ClientProcess, DestructorKillsAllDescendants) {
  std::vector<pid_t> pids;
  {
    const auto client = started(kDaemonWithChild);
    pids = pids_in(client.output());
  }
  ASSERT_THAT(pids, SizeIs(2));
  EXPECT_FALSE(lives(pids[0]) || lives(pids[1]));
}

TEST(ClientProcess, ReleasedDaemonKeepsRunning) {
  std::vector<pid_t> pids;
  {
    auto client = started(kDaemon);
    pids = pids_in(client.output());
    client.release();
    client.end(soon());
  }
  ASSERT_THAT(pids, SizeIs(1));
  expect_no_child();
  EXPECT_TRUE(lives(pids[0]));
  ::kill(pids[0], SIGKILL);
  EXPECT_TRUE(ends(pids[0]));
}

TEST(ClientProcess, EndKillsHangingStarterAndDescendants) {
  auto client = ClientProcess::start({"/bin/sh", "-c", "sleep 1000 & sleep 1000"});
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ(client->wait(TestContext().within(1ms)).error().code, ErrorCode::kTimedOut);
  client->end(soon());
  EXPECT_EQ(client->wait(TestContext().within(20s))->signal, SIGKILL);
  expect_no_child();
}

TEST(ClientProcess, KeepsStatusOfStarter) {
  auto client = ClientProcess::start({"/bin/sh", "-c", "exit 3"});
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ(client->wait(TestContext().within(20s))->status, 3);
  EXPECT_EQ(client->wait(TestContext().within(20s))->status, 3) << "asked twice";
}

TEST(ClientProcess, DoesNotKillEarlierChildren) {
  const pid_t other = ::fork();
  if (other == 0) {
    for (;;) ::pause();
  }
  ASSERT_GT(other, 0);
  auto client = started(kDaemon);
  client.end(soon());
  EXPECT_EQ(::waitpid(other, nullptr, WNOHANG), 0) << "still running";
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
}

// As if a shell with background processes had replaced itself with the helper (exec).
TEST(ClientProcess, DoesNotKillOrphansOfOtherChildren) {
  std::array<int, 2> ends_of_pipe{};
  ASSERT_EQ(::pipe(ends_of_pipe.data()), 0);
  const pid_t other = ::fork();
  if (other == 0) {
    const pid_t orphan = ::fork();
    if (orphan == 0) {
      for (;;) ::pause();
    }
    [[maybe_unused]] const auto written = ::write(ends_of_pipe[1], &orphan, sizeof orphan);
    for (;;) ::pause();
  }
  pid_t orphan = 0;
  ASSERT_EQ(::read(ends_of_pipe[0], &orphan, sizeof orphan), static_cast<ssize_t>(sizeof orphan));
  auto client = started(kDaemon);
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  client.end(soon());
  EXPECT_TRUE(lives(orphan));
  ::kill(orphan, SIGKILL);
  ::close(ends_of_pipe[0]);
  ::close(ends_of_pipe[1]);
}

TEST(ClientProcess, DoesNotKillPidFromClientOutput) {
  const pid_t other = ::fork();
  if (other == 0) {
    for (;;) ::pause();
  }
  // The daemon's PID is not read from the client's output or a PID file.
  auto client = started("echo " + std::to_string(other));
  client.end(soon());
  EXPECT_TRUE(lives(other));
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
}

TEST(ClientProcess, ReportsMissingProgramAndLeavesNoChild) {
  const auto missing = ClientProcess::start({"/proc/nonexistent/glusterfs"});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kSystem);
  expect_no_child();
}

TEST(ClientProcess, ClientDoesNotInheritEnvironment) {
  ASSERT_EQ(::setenv("CONSUL_HTTP_TOKEN", "secret", 1), 0);
  const auto client = started("env");
  EXPECT_THAT(client.output(), Not(HasSubstr("CONSUL")));
  EXPECT_THAT(client.output(), HasSubstr("PATH=/usr/local/sbin:"));
}

TEST(ClientProcess, StarterStaysInProcessGroup) {
  const auto client = started("set -- $(cut -d')' -f2 /proc/$$/stat); echo $3");
  EXPECT_EQ(client.output(), std::to_string(::getpgrp()) + "\n");
}

}  // namespace
}  // namespace glusterconsul::mount
