#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "admin/check_output.hpp"
#include "admin/verdicts.hpp"
#include "states.hpp"
#include "verdict_cases.hpp"

namespace glusterconsul::admin {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr ServerPolicy kAloneIsWarning{CheckStatus::kWarning};

/// "Peer in Cluster", with glusterd's words for the other numbers.
gluster::Peer peer_in_state(std::string host, bool is_connected, std::uint32_t state_id = 3,
                            std::string state = "Peer in Cluster") {
  return {"uuid-" + host, std::move(host), state_id, std::move(state), is_connected};
}
gluster::Peer up(std::string host) {
  return peer_in_state(std::move(host), true);
}
gluster::Peer down(std::string host) {
  return peer_in_state(std::move(host), false);
}
gluster::Peer rejected(std::string host) {
  return peer_in_state(std::move(host), true, 6, "Peer Rejected");
}

gluster::VolumeInfo volume_with_quorum(std::string name, std::string quorum_type = "",
                                       std::string ratio = "") {
  auto info = started_volume(3);
  info.name = std::move(name);
  if (!quorum_type.empty()) info.options["cluster.server-quorum-type"] = std::move(quorum_type);
  if (!ratio.empty()) info.options["cluster.server-quorum-ratio"] = std::move(ratio);
  return info;
}

gluster::VolumeInfo stopped(gluster::VolumeInfo info) {
  info.status = VolumeStatus::kStopped;
  return info;
}

ServerState pool(std::vector<gluster::Peer> peers, std::vector<gluster::VolumeInfo> volumes = {}) {
  ServerState seen;
  seen.glusterd = GlusterdState::kAnswers;
  seen.peers = std::move(peers);
  seen.volumes = std::move(volumes);
  return seen;
}

struct ServerCase {
  std::string name;
  ServerState seen;
  CheckStatus status;
  std::string output;
  ServerPolicy policy = {};
};

void PrintTo(const ServerCase& row, std::ostream* out) {
  *out << row.output;
}

class JudgeServer : public ::testing::TestWithParam<ServerCase> {};

TEST_P(JudgeServer, GivesStatusAndOutput) {
  const auto& row = GetParam();
  const auto verdict = judge_server(row.seen, row.policy);
  EXPECT_EQ(verdict.status, row.status);
  EXPECT_EQ(verdict.output, row.output);
}

INSTANTIATE_TEST_SUITE_P(
    Glusterd, JudgeServer,
    ::testing::Values(
        ServerCase{"Refused", server_without_answer(GlusterdState::kRefused, "Connection refused"),
                   kCritical, "glusterd cannot be reached: Connection refused"},
        ServerCase{"NoRoute", server_without_answer(GlusterdState::kRefused), kCritical,
                   "glusterd cannot be reached"},
        ServerCase{"NoResponse",
                   server_without_answer(GlusterdState::kNoResponse, "no reply within 2.9 s"),
                   kCritical, "glusterd does not respond"},
        ServerCase{"OnlyPings", server_without_answer(GlusterdState::kOnlyPings), kCritical,
                   "glusterd answers pings but not requests: it is stuck in a transaction"},
        ServerCase{"Closed", server_without_answer(GlusterdState::kClosed), kCritical,
                   "glusterd closes the connection without an answer"},
        ServerCase{"Unresolved", server_without_answer(GlusterdState::kUnresolved, "not in time"),
                   kWarning, "unknown: the name of the server cannot be resolved"},
        ServerCase{"BadReply", server_without_answer(GlusterdState::kBadReply), kWarning,
                   "unknown: glusterd gave no usable answer"},
        ServerCase{"Encrypted", server_without_answer(GlusterdState::kEncrypted), kWarning,
                   "unknown: management traffic is encrypted (secure-access)"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Peers, JudgeServer,
    ::testing::Values(
        ServerCase{"NoPeers", pool({}), kPassing, "glusterd answers; it has no peers"},
        ServerCase{"OnePeer", pool({up("gl2")}), kPassing,
                   "glusterd answers; its peer is connected"},
        ServerCase{"TwoPeers", pool({up("gl2"), up("gl3")}), kPassing,
                   "glusterd answers; all 2 peers are connected"},
        ServerCase{"SurvivorOfTwo", pool({down("gl2")}), kWarning,
                   "1 of 1 peer is not usable: gl2 (not connected)"},
        ServerCase{"OneOfTwoDown", pool({up("gl2"), down("gl3")}), kWarning,
                   "1 of 2 peers is not usable: gl3 (not connected)"},
        ServerCase{"InOrderOfNames", pool({down("gl9"), up("gl2"), down("gl3")}), kWarning,
                   "2 of 3 peers are not usable: gl3 (not connected), gl9 (not connected)"},
        ServerCase{"Alone", pool({down("gl3"), down("gl2")}), kCritical,
                   "none of 2 peers is connected: gl2 (not connected), gl3 (not connected)"},
        ServerCase{"AloneIsWarning", pool({down("gl3"), down("gl2")}), kWarning,
                   "none of 2 peers is connected: gl2 (not connected), gl3 (not connected)",
                   kAloneIsWarning},
        ServerCase{"SurvivorOfTwoIsNeverCritical",
                   pool({down("gl2")}),
                   kWarning,
                   "1 of 1 peer is not usable: gl2 (not connected)",
                   {kCritical}},
        ServerCase{"Rejected", pool({up("gl2"), rejected("gl3")}), kWarning,
                   "1 of 2 peers is not usable: gl3 (Peer Rejected)"},
        ServerCase{"RejectedByAll", pool({rejected("gl2"), rejected("gl3")}), kWarning,
                   "2 of 2 peers are not usable: gl2 (Peer Rejected), gl3 (Peer Rejected)"},
        ServerCase{"RejectedAndDown",
                   pool({up("gl2"), peer_in_state("gl3", false, 6, "Peer Rejected")}), kWarning,
                   "1 of 2 peers is not usable: gl3 (Peer Rejected, not connected)"},
        ServerCase{"ConnectedAndRejectedIsNotAlone", pool({down("gl2"), rejected("gl3")}), kWarning,
                   "2 of 2 peers are not usable: gl2 (not connected), gl3 (Peer Rejected)"},
        ServerCase{"StateWithoutWords", pool({up("gl2"), peer_in_state("gl3", true, 42, "")}),
                   kWarning, "1 of 2 peers is not usable: gl3 (state 42)"},
        ServerCase{"HostWithoutName", pool({up("gl2"), peer_in_state("", false)}), kWarning,
                   "1 of 2 peers is not usable: uuid- (not connected)"}),
    case_name);

/// Every state of glusterd-sm.h except "Peer in Cluster".
struct StateCase {
  std::uint32_t id;
  std::string words;
};

class PeerState : public ::testing::TestWithParam<StateCase> {};

TEST_P(PeerState, IsAWarning) {
  const auto verdict = judge_server(
      pool({up("gl2"), peer_in_state("gl3", true, GetParam().id, GetParam().words)}), {});
  EXPECT_EQ(verdict.status, kWarning);
  EXPECT_THAT(verdict.output, StartsWith("1 of 2 peers is not usable: gl3 (" + GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    States, PeerState,
    ::testing::Values(StateCase{0, "Establishing Connection"}, StateCase{1, "Probe Sent to Peer"},
                      StateCase{2, "Probe Received from Peer"},
                      StateCase{4, "Accepted peer request"}, StateCase{5, "Sent and Received peer"},
                      StateCase{6, "Peer Rejected"}, StateCase{7, "Peer detach in progress"},
                      StateCase{8, "Probe Received from peer"}, StateCase{9, "Connected to Peer"},
                      StateCase{10, "Peer is connected and Ac"}),
    [](const auto& row) { return "State" + std::to_string(row.param.id); });

INSTANTIATE_TEST_SUITE_P(
    Quorum, JudgeServer,
    ::testing::Values(
        ServerCase{"Met", pool({up("gl2"), down("gl3")}, {volume_with_quorum("g0", "server")}),
                   kWarning, "1 of 2 peers is not usable: gl3 (not connected)"},
        ServerCase{
            "Lost",
            pool({down("gl2"), down("gl3")},
                 {volume_with_quorum("g1", "server"), volume_with_quorum("g0", "server"),
                  volume_with_quorum("g2")}),
            kCritical,
            "server quorum is lost: 1 of 3 servers is active, 2 needed; bricks stopped here: g0, "
            "g1\npeers: gl2 (not connected), gl3 (not connected)"},
        ServerCase{
            "LostByTheSurvivorOfTwo", pool({down("gl2")}, {volume_with_quorum("g0", "server")}),
            kCritical,
            "server quorum is lost: 1 of 2 servers is active, 2 needed; bricks stopped here: g0\n"
            "peers: gl2 (not connected)"},
        ServerCase{
            "ExactlyHalfIsLost",
            pool({up("gl2"), down("gl3"), down("gl4")}, {volume_with_quorum("g0", "server")}),
            kCritical,
            "server quorum is lost: 2 of 4 servers are active, 3 needed; bricks stopped here: g0\n"
            "peers: gl3 (not connected), gl4 (not connected)"},
        ServerCase{"HalfIsEnoughWithRatio50",
                   pool({up("gl2"), down("gl3"), down("gl4")},
                        {volume_with_quorum("g0", "server", "50%")}),
                   kWarning,
                   "2 of 3 peers are not usable: gl3 (not connected), gl4 (not "
                   "connected)"},
        ServerCase{
            "Ratio51", pool({down("gl2")}, {volume_with_quorum("g0", "server", "51")}), kCritical,
            "server quorum is lost: 1 of 2 servers is active, 2 needed; bricks stopped here: g0\n"
            "peers: gl2 (not connected)"},
        ServerCase{
            "Ratio100", pool({up("gl2"), down("gl3")}, {volume_with_quorum("g0", "server", "100")}),
            kCritical,
            "server quorum is lost: 2 of 3 servers are active, 3 needed; bricks stopped here: g0\n"
            "peers: gl3 (not connected)"},
        ServerCase{"Ratio0",
                   pool({down("gl2"), up("gl3")}, {volume_with_quorum("g0", "server", "0")}),
                   kWarning, "1 of 2 peers is not usable: gl2 (not connected)"},
        ServerCase{
            "RatioOfAnotherVolume",
            pool({up("gl2"), down("gl3")},
                 {volume_with_quorum("g1", "", "90"), volume_with_quorum("g0", "server", "90")}),
            kCritical,
            "server quorum is lost: 2 of 3 servers are active, 3 needed; bricks stopped here: g0\n"
            "peers: gl3 (not connected)"},
        ServerCase{"BadRatioIsTheDefault",
                   pool({up("gl2"), down("gl3")}, {volume_with_quorum("g0", "server", "9e9%")}),
                   kWarning, "1 of 2 peers is not usable: gl3 (not connected)"},
        ServerCase{"NaNRatioIsTheDefault",
                   pool({up("gl2"), down("gl3")}, {volume_with_quorum("g0", "server", "nan")}),
                   kWarning, "1 of 2 peers is not usable: gl3 (not connected)"},
        ServerCase{"TypeNone", pool({down("gl2")}, {volume_with_quorum("g0", "none")}), kWarning,
                   "1 of 1 peer is not usable: gl2 (not connected)"},
        ServerCase{"StoppedVolume",
                   pool({down("gl2")}, {stopped(volume_with_quorum("g0", "server"))}), kWarning,
                   "1 of 1 peer is not usable: gl2 (not connected)"},
        ServerCase{
            "RejectedDoesNotCount",
            pool({down("gl2"), rejected("gl3")}, {volume_with_quorum("g0", "server")}), kCritical,
            "server quorum is lost: 1 of 2 servers is active, 2 needed; bricks stopped here: g0\n"
            "peers: gl2 (not connected), gl3 (Peer Rejected)"},
        ServerCase{"WithoutPeers", pool({}, {volume_with_quorum("g0", "server")}), kPassing,
                   "glusterd answers; it has no peers"}),
    case_name);

TEST(JudgeServer, ListsEachPeerIfTheFirstLineIsTooShort) {
  std::vector<gluster::Peer> peers{up("gl1")};
  for (int i = 10; i < 20; ++i) peers.push_back(down("gl" + std::to_string(i)));
  EXPECT_THAT(judge_server(pool(peers), {}).output,
              AllOf(HasSubstr(" more\ngl10 (not connected)\n"), EndsWith("gl19 (not connected)")));
}

TEST(JudgeServer, DoesNotDependOnTheOrderOfPeers) {
  std::vector<gluster::Peer> peers{up("gl1"), down("gl2"), rejected("gl3"), down("gl4")};
  const auto before = judge_server(pool(peers), {});
  std::reverse(peers.begin(), peers.end());
  EXPECT_EQ(judge_server(pool(peers), {}), before);
}

TEST(JudgeServer, BoundsOutputForHostilePeers) {
  const std::string hostile = std::string(4096, '\n') + "\x1b[2J";
  const std::vector peers(4096, peer_in_state(hostile, true, 6, hostile));
  const auto verdict = judge_server(pool(peers, {volume_with_quorum(hostile, "server")}), {});
  EXPECT_EQ(verdict.status, kWarning);
  EXPECT_LE(verdict.output.size(), kMaxCheckOutput);
  EXPECT_LE(verdict.output.find('\n'), kMaxCheckLine);
  EXPECT_TRUE(std::all_of(verdict.output.begin(), verdict.output.end(),
                          [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; }));
}

}  // namespace
}  // namespace glusterconsul::admin
