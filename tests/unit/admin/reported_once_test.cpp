#include "admin/reported_once.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ReportedOnce, ReportsAProblemWhenItBeginsChangesAndEnds) {
  const Error refused{ErrorCode::kUnreachable, "refused", "start it"};
  const Error denied{ErrorCode::kDenied, "denied"};
  ReportedOnce once;
  EXPECT_FALSE(once.news(std::nullopt).problem);
  const auto first = once.news(refused);
  ASSERT_TRUE(first.problem);
  EXPECT_EQ(*first.problem, (Warning{"refused", "start it"}));
  EXPECT_FALSE(once.news(refused).problem);
  EXPECT_TRUE(once.news(denied).problem);
  EXPECT_TRUE(once.news(std::nullopt).is_over);
  EXPECT_FALSE(once.news(std::nullopt).is_over);
  EXPECT_TRUE(once.news(denied).problem);
}

TEST(ReportedOnce, RepeatsAWarningOnlyAfterItsCauseWasGone) {
  ReportedOnce once;
  const Warning a{"a"};
  const Warning b{"b"};
  EXPECT_THAT(once.fresh({a}), ElementsAre(a));
  EXPECT_THAT(once.fresh({a, b}), ElementsAre(b));
  EXPECT_THAT(once.fresh({a, b}), IsEmpty());
  EXPECT_THAT(once.fresh({}), IsEmpty());
  EXPECT_THAT(once.fresh({a}), ElementsAre(a));
}

}  // namespace
}  // namespace glusterconsul::admin
