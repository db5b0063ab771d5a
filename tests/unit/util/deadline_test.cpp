#include "util/deadline.hpp"

#include <gtest/gtest.h>

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;
const Clock::time_point kNow{1000s};

TEST(Deadline, RoundsUpToMillisecondsForPoll) {
  const Deadline deadline(kNow + 1500us);
  EXPECT_EQ(deadline.remaining(kNow), 2ms);
  EXPECT_EQ(deadline.poll_timeout(kNow), 2);
}

TEST(Deadline, RemainingTimeIsNeverNegative) {
  const Deadline deadline = Deadline::after(1s, kNow);
  EXPECT_FALSE(deadline.expired(kNow));
  EXPECT_TRUE(deadline.expired(kNow + 1s));
  EXPECT_EQ(deadline.remaining(kNow + 5s), 0ms);
}

TEST(Deadline, SoonerDoesNotExceedDeadline) {
  const Deadline whole = Deadline::after(3s, kNow);
  EXPECT_EQ(whole.sooner(1s, kNow).at(), kNow + 1s);
  EXPECT_EQ(whole.sooner(10s, kNow).at(), kNow + 3s);
}

TEST(Deadline, CapsPollTimeout) {
  EXPECT_EQ(Deadline::after(std::chrono::hours(24 * 365 * 5), kNow).poll_timeout(kNow), 3'600'000);
}

}  // namespace
}  // namespace glusterconsul
