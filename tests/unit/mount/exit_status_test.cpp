#include "mount/exit_status.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::mount {
namespace {

struct Row {
  const char* name;
  ErrorCode code;
  ExitStatus status;
  bool forgiven;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class EveryCode : public ::testing::TestWithParam<Row> {};

TEST_P(EveryCode, HasItsExitStatusAndItsPlaceUnderNofail) {
  EXPECT_EQ(exit_status(GetParam().code), GetParam().status);
  EXPECT_EQ(forgiven_by_nofail(GetParam().code), GetParam().forgiven);
}

INSTANTIATE_TEST_SUITE_P(
    ExitStatus, EveryCode,
    ::testing::Values(Row{"usage", ErrorCode::kUsage, ExitStatus::kUsage, false},
                      Row{"permission", ErrorCode::kPermission, ExitStatus::kUsage, false},
                      Row{"system", ErrorCode::kSystem, ExitStatus::kSystem, false},
                      Row{"bug", ErrorCode::kBug, ExitStatus::kBug, false},
                      Row{"interrupted", ErrorCode::kInterrupted, ExitStatus::kInterrupted, false},
                      Row{"unreachable", ErrorCode::kUnreachable, ExitStatus::kFailed, true},
                      Row{"timed_out", ErrorCode::kTimedOut, ExitStatus::kFailed, true},
                      Row{"unavailable", ErrorCode::kUnavailable, ExitStatus::kFailed, true},
                      Row{"rejected", ErrorCode::kRejected, ExitStatus::kFailed, false},
                      Row{"untrusted", ErrorCode::kUntrusted, ExitStatus::kFailed, false},
                      Row{"denied", ErrorCode::kDenied, ExitStatus::kFailed, false},
                      Row{"hidden", ErrorCode::kHidden, ExitStatus::kFailed, false},
                      Row{"unknown", ErrorCode::kUnknown, ExitStatus::kFailed, true},
                      Row{"unhealthy", ErrorCode::kUnhealthy, ExitStatus::kFailed, true},
                      Row{"not_served", ErrorCode::kNotServed, ExitStatus::kFailed, true},
                      Row{"bad_reply", ErrorCode::kBadReply, ExitStatus::kFailed, true},
                      Row{"mount_failed", ErrorCode::kMountFailed, ExitStatus::kFailed, true},
                      Row{"conflict", ErrorCode::kConflict, ExitStatus::kFailed, false},
                      Row{"not_allowed", ErrorCode::kNotAllowed, ExitStatus::kFailed, false},
                      Row{"ambiguous", ErrorCode::kAmbiguous, ExitStatus::kFailed, false}),
    [](const auto& row) { return row.param.name; });

TEST(ExitStatus, NumbersAreThoseOfMount8) {
  EXPECT_EQ(static_cast<int>(ExitStatus::kSuccess), 0);
  EXPECT_EQ(static_cast<int>(ExitStatus::kUsage), 1);
  EXPECT_EQ(static_cast<int>(ExitStatus::kSystem), 2);
  EXPECT_EQ(static_cast<int>(ExitStatus::kBug), 4);
  EXPECT_EQ(static_cast<int>(ExitStatus::kInterrupted), 8);
  EXPECT_EQ(static_cast<int>(ExitStatus::kFailed), 32);
}

}  // namespace
}  // namespace glusterconsul::mount
