#include "admin/mount_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <ostream>

namespace glusterconsul::admin {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

ClientGraph graph(std::initializer_list<bool> connected) {
  ClientGraph made{"10.3", {}};
  for (const bool is : connected) made.bricks.push_back({"gl1", "/srv/brick", is});
  return made;
}

constexpr Answer kOk{true, 0};
constexpr Answer kNone{false, 0};
constexpr Answer kNotConnected{true, ENOTCONN};

struct StateRow {
  const char* row;
  Observation seen;
  MountState state;
  const char* name;
  const char* words;
  const char* remedy;  ///< a part of it; empty: there is none
};
void PrintTo(const StateRow& row, std::ostream* out) {
  *out << row.row;
}
class State : public ::testing::TestWithParam<StateRow> {};
TEST_P(State, FollowsFromWhatIsSeen) {
  const auto& row = GetParam();
  EXPECT_EQ(state_of(row.seen), row.state);
  EXPECT_EQ(name_of(row.state), row.name);
  EXPECT_THAT(describe(row.seen), HasSubstr(row.words));
  const auto hint = remedy(row.seen, "/mnt/g0");
  EXPECT_EQ(hint.empty(), *row.remedy == '\0') << hint;
  EXPECT_THAT(hint, HasSubstr(row.remedy));
  EXPECT_EQ(works(row.state), *row.remedy == '\0');
}
INSTANTIATE_TEST_SUITE_P(
    MountState, State,
    ::testing::Values(
        StateRow{"AllBricks",
                 {kOk, graph({true, true}), true},
                 MountState::kHealthy,
                 "healthy",
                 "healthy",
                 ""},
        StateRow{"OneBrickDown",
                 {kOk, graph({true, false}), true},
                 MountState::kDegraded,
                 "degraded",
                 "degraded: 1 of 2 bricks is not connected",
                 ""},
        StateRow{"TwoBricksDown",
                 {kOk, graph({false, true, false}), true},
                 MountState::kDegraded,
                 "degraded",
                 "2 of 3 bricks are not connected",
                 ""},
        StateRow{"NoMeta", {kOk, {}, true}, MountState::kResponds, "responds", "unknown", ""},
        StateRow{
            "NoBricks", {kOk, graph({}), true}, MountState::kResponds, "responds", "unknown", ""},
        StateRow{"Stopped",
                 {kNone, {}, true, true, 60},
                 MountState::kNoResponse,
                 "no-response",
                 "the client is stopped",
                 "kill -CONT 60"},
        StateRow{"WaitsForBrick",
                 {kNone, graph({true, true}), true},
                 MountState::kNoResponse,
                 "no-response",
                 "is waiting for a brick",
                 "85 s"},
        StateRow{"NoResponse",
                 {kNone, {}, true},
                 MountState::kNoResponse,
                 "no-response",
                 "does not respond",
                 "umount -l /mnt/g0"},
        StateRow{"TooFewBricks",
                 {kNotConnected, {}, true},
                 MountState::kNotServed,
                 "not-served",
                 "reaches too few bricks",
                 "gluster volume status"},
        StateRow{"ClientGone",
                 {kNotConnected, {}, false},
                 MountState::kDead,
                 "dead",
                 "the client has ended",
                 "umount -l /mnt/g0"},
        StateRow{"NoPermission",
                 {{true, EACCES}, {}, true},
                 MountState::kFailed,
                 "failed",
                 "cannot be seen: Permission denied",
                 "run this as root"},
        StateRow{"OtherError",
                 {{true, EIO}, {}, true},
                 MountState::kFailed,
                 "failed",
                 "Input/output error",
                 "umount -l"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::admin
