#include "util/try.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "util/error.hpp"

namespace glusterconsul {
namespace {

Result<int> number(int value) {
  if (value < 0) return fail(ErrorCode::kUsage, "below zero");
  return value;
}

Result<std::string> count_calls(int value, int& calls) {
  TRY(number(value));
  ++calls;
  return "done";
}

Result<int> sum(int a, int b) {
  TRY_ASSIGN(const auto first, number(a));
  TRY_ASSIGN(const auto second, number(b));
  return first + second;
}

TEST(Try, ReturnsErrorAndSkipsRest) {
  int calls = 0;
  const auto failed = count_calls(-1, calls);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::kUsage);
  EXPECT_EQ(failed.error().message, "below zero");
  EXPECT_EQ(calls, 0);
}

TEST(Try, ContinuesAfterSuccess) {
  int calls = 0;
  EXPECT_TRUE(count_calls(1, calls).has_value());
  EXPECT_EQ(calls, 1);
}

TEST(Try, KeepsAllMembersOfError) {
  const auto forward = []() -> Result<void> {
    TRY(Result<int>(fail(Error{.code = ErrorCode::kUnavailable,
                               .message = "busy",
                               .hint = "wait",
                               .transient = false,
                               .retry_after = std::chrono::seconds(3)})));
    return {};
  };
  const auto failed = forward();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().hint, "wait");
  EXPECT_FALSE(failed.error().transient);
  EXPECT_EQ(failed.error().retry_after, std::chrono::seconds(3));
}

TEST(Try, IsSingleStatement) {
  const auto only_if = [](bool asked) -> Result<void> {
    if (asked) TRY(number(-1));
    return {};
  };
  EXPECT_TRUE(only_if(false).has_value());
  EXPECT_FALSE(only_if(true).has_value());
}

TEST(TryAssign, DeclaresValueOrReturnsError) {
  EXPECT_EQ(sum(1, 2), 3);
  EXPECT_FALSE(sum(1, -2).has_value());
  EXPECT_FALSE(sum(-1, 2).has_value());
}

TEST(TryAssign, AssignsToExistingVariable) {
  const auto assign = [](int value) -> Result<int> {
    int target = 7;
    TRY_ASSIGN(target, number(value));
    return target;
  };
  EXPECT_EQ(assign(3), 3);
}

TEST(TryAssign, AcceptsCommasAndLambdas) {
  const auto pick = []() -> Result<int> {
    TRY_ASSIGN(const auto value, [](int a, int b) -> Result<int> {
      TRY_ASSIGN(const auto inner, number(a));
      return inner + b;
    }(1, 2));
    return value;
  };
  EXPECT_EQ(pick(), 3);
}

TEST(TryAssign, MovesMoveOnlyValue) {
  const auto make = [](bool works) -> Result<std::unique_ptr<int>> {
    if (!works) return fail(ErrorCode::kSystem, "no memory");
    return std::make_unique<int>(5);
  };
  const auto use = [&](bool works) -> Result<int> {
    TRY_ASSIGN(const auto owned, make(works));
    return *owned;
  };
  EXPECT_EQ(use(true), 5);
  EXPECT_FALSE(use(false).has_value());
}

}  // namespace
}  // namespace glusterconsul
