#include "util/time_limit.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;

TEST(TimeLimit, EndsTheProcessWithAMessage) {
  EXPECT_EXIT(
      {
        exit_after(1ms, 75, "too late\n");
        for (;;) ::pause();
      },
      ::testing::ExitedWithCode(75), "^too late\n$");
}

TEST(TimeLimit, CanBeUndone) {
  EXPECT_EXIT(
      {
        exit_after(1h, 75, "too late\n");
        cancel_exit();
        ::_exit(::alarm(0) == 0 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace glusterconsul
