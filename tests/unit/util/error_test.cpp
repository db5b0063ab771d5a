#include "util/error.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <set>
#include <string>

namespace glusterconsul {
namespace {

struct Row {
  const char* name;
  ErrorCode code;
  ExitStatus status;
  bool final_for_fallback;
  bool transient;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class EveryCode : public ::testing::TestWithParam<Row> {};

TEST_P(EveryCode, HasExpectedTraits) {
  const auto& row = GetParam();
  const auto& found = traits(row.code);
  EXPECT_EQ(found.name, row.name);
  EXPECT_EQ(found.exit_status, row.status);
  EXPECT_EQ(found.final_for_fallback, row.final_for_fallback);
  EXPECT_EQ(found.transient, row.transient);
  EXPECT_EQ(Error({row.code, "it failed"}).transient, row.transient) << "the default";
}

INSTANTIATE_TEST_SUITE_P(
    Error, EveryCode,
    ::testing::Values(
        Row{"usage", ErrorCode::kUsage, ExitStatus::kUsage, true, false},
        Row{"permission", ErrorCode::kPermission, ExitStatus::kUsage, true, false},
        Row{"system", ErrorCode::kSystem, ExitStatus::kSystem, false, false},
        Row{"unreadable", ErrorCode::kUnreadable, ExitStatus::kSystem, true, false},
        Row{"bug", ErrorCode::kBug, ExitStatus::kBug, true, false},
        Row{"interrupted", ErrorCode::kInterrupted, ExitStatus::kInterrupted, true, false},
        Row{"unreachable", ErrorCode::kUnreachable, ExitStatus::kFailed, false, true},
        Row{"timed_out", ErrorCode::kTimedOut, ExitStatus::kFailed, false, true},
        Row{"unavailable", ErrorCode::kUnavailable, ExitStatus::kFailed, false, true},
        Row{"rejected", ErrorCode::kRejected, ExitStatus::kFailed, true, false},
        Row{"untrusted", ErrorCode::kUntrusted, ExitStatus::kFailed, true, false},
        Row{"denied", ErrorCode::kDenied, ExitStatus::kFailed, true, false},
        Row{"hidden", ErrorCode::kHidden, ExitStatus::kFailed, true, false},
        Row{"unknown", ErrorCode::kUnknown, ExitStatus::kFailed, true, true},
        Row{"unhealthy", ErrorCode::kUnhealthy, ExitStatus::kFailed, false, true},
        Row{"not_served", ErrorCode::kNotServed, ExitStatus::kFailed, false, false},
        Row{"bad_reply", ErrorCode::kBadReply, ExitStatus::kFailed, false, false},
        Row{"mount_failed", ErrorCode::kMountFailed, ExitStatus::kFailed, false, false},
        Row{"conflict", ErrorCode::kConflict, ExitStatus::kFailed, false, false},
        Row{"not_allowed", ErrorCode::kNotAllowed, ExitStatus::kFailed, true, false},
        Row{"ambiguous", ErrorCode::kAmbiguous, ExitStatus::kFailed, true, false}),
    [](const auto& row) { return row.param.name; });

TEST(ErrorTable, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const auto& row : kErrorTable) names.insert(row.name);
  EXPECT_EQ(names.size(), kErrorTable.size());
}

TEST(ExitStatus, MatchesMount8) {
  EXPECT_EQ(static_cast<int>(ExitStatus::kSuccess), 0);
  EXPECT_EQ(static_cast<int>(ExitStatus::kUsage), 1);
  EXPECT_EQ(static_cast<int>(ExitStatus::kSystem), 2);
  EXPECT_EQ(static_cast<int>(ExitStatus::kBug), 4);
  EXPECT_EQ(static_cast<int>(ExitStatus::kInterrupted), 8);
  EXPECT_EQ(static_cast<int>(ExitStatus::kFailed), 32);
}

TEST(WithContext, PrependsContextAndKeepsOtherMembers) {
  const Error error{.code = ErrorCode::kUnavailable,
                    .message = "status 429",
                    .hint = "wait",
                    .transient = false,
                    .retry_after = std::chrono::seconds(3)};
  const Error with = with_context(error, "asking Consul").value();
  EXPECT_EQ(with.code, ErrorCode::kUnavailable);
  EXPECT_EQ(with.message, "asking Consul: status 429");
  EXPECT_EQ(with.hint, "wait");
  EXPECT_FALSE(with.transient);
  EXPECT_EQ(with.retry_after, std::chrono::seconds(3));
}

TEST(AddHint, SkipsDuplicateHint) {
  Error error{ErrorCode::kUnreachable, "no answer"};
  add_hint(error, "");
  EXPECT_EQ(error.hint, "");
  for (const auto* hint : {"start the agent", "open the port", "start the agent", ""}) {
    add_hint(error, hint);
  }
  EXPECT_EQ(error.hint, "start the agent; open the port");
}

TEST(AddHint, ReplacesHintContainedInNewOne) {
  Error error{ErrorCode::kUnreachable, "no answer", "start the agent"};
  add_hint(error, "start the agent and open the port");
  EXPECT_EQ(error.hint, "start the agent and open the port");
}

}  // namespace
}  // namespace glusterconsul
