#include "gluster/failure_cause.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::gluster {
namespace {

using Kind = BrickState::Kind;
using ::testing::HasSubstr;
using ::testing::StartsWith;

VolumePath volume(std::string_view text = "/g0") {
  return *parse_volume_path(text);
}

BrickState brick(std::string_view host, Kind kind, Port port = 0, std::string detail = "") {
  return {{*Host::parse(host), "/srv/g0/brick"}, kind, port, std::move(detail)};
}

std::string setvolume_error(std::string_view why) {
  return "[2026-01-02 03:04:05.508440 +0000] E [MSGID: 114044] "
         "[client-handshake.c:756:client_setvolume_cbk] 0-g0-client-0: SETVOLUME on remote-host "
         "failed [{remote-error=" +
         std::string(why) + "}, {errno=13}, {error=Permission denied}] \n";
}

TEST(CauseInLog, IsWhatBricksReply) {
  const auto missing = cause_in_log(
      setvolume_error("subdirectory for mount \"/no/such\" is not found"), volume("/g0/no/such"));
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->message, "volume g0 has no directory /no/such");
  EXPECT_THAT(missing->hint, HasSubstr("create it in the volume"));
  const auto rejected = cause_in_log(setvolume_error("Authentication failed"), volume());
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->message, "the bricks of volume g0 do not accept this machine");
  EXPECT_THAT(rejected->hint, HasSubstr("auth.allow"));
}

TEST(CauseInLog, IsNoneIfReasonIsUnknown) {
  for (const auto& log : {std::string(), setvolume_error("something new"),
                          std::string("SETVOLUME on remote-host failed [{remote-error=")}) {
    EXPECT_FALSE(cause_in_log(log, volume())) << log;
  }
}

struct CauseRow {
  const char* row;
  std::vector<BrickState> bricks;
  const char* message;
  const char* hint;
};
void PrintTo(const CauseRow& row, std::ostream* out) {
  *out << row.row;
}

class CauseInBricks : public ::testing::TestWithParam<CauseRow> {};

TEST_P(CauseInBricks, NamesWhatToRepair) {
  const auto cause = cause_in_bricks(GetParam().bricks, volume(), "nameserver 10.0.0.53\n");
  ASSERT_TRUE(cause);
  EXPECT_EQ(cause->message, GetParam().message);
  EXPECT_THAT(cause->hint, HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Bricks, CauseInBricks,
    ::testing::Values(
        CauseRow{"Unresolved",
                 {brick("gl1", Kind::kUnresolved, 0, "Name or service not known"),
                  brick("gl2", Kind::kUnresolved), brick("gl1", Kind::kUnresolved)},
                 "this machine cannot resolve the brick hosts gl1, gl2 (Name or service not known)",
                 "add the names to /etc/hosts, or to DNS (/etc/resolv.conf: nameserver 10.0.0.53)"},
        CauseRow{"LookupFailed",
                 {brick("gl1", Kind::kLookupFailed, 0, "Temporary failure in name resolution")},
                 "this machine cannot resolve the brick hosts gl1 (Temporary failure in name "
                 "resolution)",
                 "nameserver 10.0.0.53"},
        CauseRow{"NoGlusterd",
                 {brick("gl1", Kind::kNoGlusterd, 24007, "no connection"),
                  brick("gl2", Kind::kAnswers, 49152)},
                 "glusterd on the brick hosts does not respond: gl1:24007 (no connection)",
                 "24007/tcp"},
        CauseRow{"GlusterdNoResponse",
                 {brick("gl1", Kind::kGlusterdNoResponse, 24007, "connected, but no answer")},
                 "glusterd on the brick hosts accepts connections, but does not respond: gl1:24007 "
                 "(connected, but no answer)",
                 "restart glusterd"},
        CauseRow{"NotRunning",
                 {brick("gl1", Kind::kNotRunning)},
                 "no process is running for the bricks gl1:/srv/g0/brick",
                 "gluster volume start g0 force"},
        CauseRow{"Refused",
                 {brick("gl1", Kind::kRefused, 49152, "Connection refused"),
                  brick("gl2", Kind::kRefused, 49153)},
                 "the bricks are running, but their ports refuse connections from this machine: "
                 "gl1:49152, gl2:49153 (Connection refused)",
                 "firewall"},
        CauseRow{"NoResponse",
                 {brick("2001:db8::1", Kind::kNoResponse, 49152, "no connection")},
                 "the bricks are running, but their ports do not respond to this machine: "
                 "[2001:db8::1]:49152 (no connection)",
                 "firewall"},
        CauseRow{"OnlyAccepts",
                 {brick("gl1", Kind::kOnlyAccepts, 49152, "connected, but no answer")},
                 "the bricks accept connections, but do not respond: gl1:49152 (connected, but no "
                 "answer)",
                 "gluster volume status g0"}),
    [](const auto& row) { return row.param.row; });

TEST(CauseInBricks, IsNoneIfAllAnswerOrNothingIsKnown) {
  EXPECT_FALSE(cause_in_bricks({}, volume(), ""));
  const std::vector<BrickState> states = {brick("gl1", Kind::kAnswers, 49152),
                                          brick("gl2", Kind::kUnknown)};
  EXPECT_FALSE(cause_in_bricks(states, volume(), ""));
  EXPECT_FALSE(degraded(states, {0, 2}, volume(), ""));
}

TEST(CauseInBricks, CombinesSeveralCausesAndHintsOnce) {
  const std::vector<BrickState> states = {brick("gl1", Kind::kRefused, 49152, "refused"),
                                          brick("gl2", Kind::kUnresolved, 0, "unknown"),
                                          brick("gl3", Kind::kNoResponse, 49152, "no connection")};
  const auto cause = cause_in_bricks(states, volume(), "# nothing\nnameserver\n");
  ASSERT_TRUE(cause);
  EXPECT_THAT(cause->message, StartsWith("this machine cannot resolve the brick hosts gl2 "));
  EXPECT_THAT(cause->message, HasSubstr("; the bricks are running"));
  EXPECT_THAT(cause->hint, StartsWith("add the names to /etc/hosts, or set a DNS server"));
  EXPECT_EQ(cause->hint.find("firewall"), cause->hint.rfind("firewall")) << cause->hint;
}

TEST(CauseInBricks, NamesAtMostEight) {
  std::vector<BrickState> states;
  for (int i = 0; i < 20; ++i) {
    states.push_back(brick("gl" + std::to_string(i), Kind::kUnresolved, 0, "unknown"));
  }
  EXPECT_THAT(cause_in_bricks(states, volume(), "")->message, HasSubstr("gl7, and 12 more ("));
}

TEST(Degraded, CountsMissingBricks) {
  const std::vector<BrickState> states = {brick("gl1", Kind::kAnswers, 49152),
                                          brick("gl2", Kind::kAnswers, 49152),
                                          brick("gl3", Kind::kNoGlusterd, 24007, "no connection")};
  const auto warning = degraded(states, {2, 3}, volume(), "");
  ASSERT_TRUE(warning);
  EXPECT_EQ(warning->message,
            "volume g0 is mounted without 1 of its 3 bricks: glusterd on the brick hosts does not "
            "respond: gl3:24007 (no connection)");
}

TEST(Degraded, IgnoresMoreBricksThanCanBeMissing) {
  const std::vector<BrickState> states = {brick("gl1", Kind::kNoResponse, 49152, "no connection"),
                                          brick("gl2", Kind::kNoResponse, 49152, "no connection"),
                                          brick("gl3", Kind::kAnswers, 49152)};
  EXPECT_FALSE(degraded(states, {2, 3}, volume(), "")) << "one of the two is attached";
  EXPECT_FALSE(degraded(std::span(states).first(2), {0, 2}, volume(), "")) << "the volume works";
  EXPECT_TRUE(degraded(states, {0, 3}, volume(), ""));
}

}  // namespace
}  // namespace glusterconsul::gluster
