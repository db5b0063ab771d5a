#include "mount/time_limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::mount {
namespace {

using namespace std::chrono_literals;

TEST(Budget, DefaultsFitTimeoutOfSystemd) {
  config::Settings settings;
  settings.retry = 60s;
  const Clock::time_point now{};
  EXPECT_LT(budget(settings, now).whole.at() - now, 90s);
  EXPECT_EQ(budget(settings, now).discovery.at() - now, 60s);
}

TEST(AttemptLimits, GrowWithEachSeries) {
  const auto first = attempt_limits(1);
  EXPECT_EQ(first.series, kMountSpan);
  EXPECT_EQ(first.fetch_from_ready, 4s);
  EXPECT_EQ(first.fetch_from_unknown, 15s);
  const auto third = attempt_limits(3);
  EXPECT_EQ(third.series, 3 * kMountSpan);
  EXPECT_EQ(third.fetch_from_ready, 12s);
  EXPECT_EQ(third.fetch_from_unknown, 45s);
  EXPECT_EQ(attempt_limits(9).fetch_from_ready, first.fetch_from_unknown)
      << "a server that died since its probe costs no more";
}

}  // namespace
}  // namespace glusterconsul::mount
