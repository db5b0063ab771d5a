#include "util/isolated_call.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "unit/util/soon.hpp"
#include "util/output.hpp"

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;
using Output = IsolatedCall::Output;

TEST(IsolatedCall, ReturnsItsExitStatus) {
  auto call = IsolatedCall::start([] { return 42; });
  ASSERT_TRUE(call);
  EXPECT_EQ(call->wait(soon(), Cancel())->status, 42);
}

TEST(IsolatedCall, CapturesItsOutput) {
  auto call = IsolatedCall::start(
      [] { return write_all(IsolatedCall::kOutput, "0123456789") ? 0 : 1; }, Output::kCaptured);
  ASSERT_TRUE(call);
  ASSERT_TRUE(call->wait(soon(), Cancel())->success());
  EXPECT_EQ(call->output(100), "0123456789");
  EXPECT_EQ(call->output(4), "0123");
}

TEST(IsolatedCall, TimesOutIfItDoesNotReturn) {
  auto call = IsolatedCall::start([]() -> int {
    for (;;) ::pause();
  });
  ASSERT_TRUE(call);
  EXPECT_EQ(call->wait(Deadline::after(20ms), Cancel()).error().code, ErrorCode::kTimedOut);
  call->kill();
  EXPECT_EQ(call->wait(soon(), Cancel())->signal, SIGKILL);
}

TEST(IsolatedCall, HasOnlyTheDescriptorsThatItNeeds) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  // Returns a bit for each open descriptor, and one if the kept one is not the pipe.
  const auto open_ones = [] {
    int bits = 0;
    for (int fd = 0; fd < 6; ++fd) {
      if (::fcntl(fd, F_GETFD) >= 0) bits |= 1 << fd;
    }
    return bits;
  };
  auto none = IsolatedCall::start(open_ones);
  auto output = IsolatedCall::start(open_ones, Output::kCaptured);
  auto kept = IsolatedCall::start(open_ones, Output::kNone, ends[0]);
  auto both = IsolatedCall::start(open_ones, Output::kCaptured, ends[0]);
  ASSERT_TRUE(none && output && kept && both);
  EXPECT_EQ(none->wait(soon(), Cancel())->status, 0);
  EXPECT_EQ(output->wait(soon(), Cancel())->status, 2);
  EXPECT_EQ(kept->wait(soon(), Cancel())->status, 1);
  EXPECT_EQ(both->wait(soon(), Cancel())->status, 3);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace glusterconsul
