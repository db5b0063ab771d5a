#include "discovery/choose.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Choice in_list_order() {
  return {config::Order::kConsul, 8, "machine", "g0"};
}

TEST(Choose, KeepsOrderOfConsul) {
  std::vector<Candidate> all = {candidate("b", "10.0.0.2"), candidate("a", "10.0.0.1")};
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("b", "a"));
}

TEST(Choose, KeepsUnreachableServersLast) {
  std::vector<Candidate> all = {
      candidate("silent", "10.0.0.1", Verdict::kNoResponse, 0),
      candidate("refused", "10.0.0.2", Verdict::kRefused, 0),
      candidate("late", "10.0.0.3", Verdict::kNotAsked, 0),
      candidate("good", "10.0.0.4"),
      candidate("closed", "10.0.0.5", Verdict::kClosed, 0),
  };
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("good", "late", "silent", "refused", "closed"));
}

TEST(Choose, SkipsServersWithoutVolume) {
  std::vector<Candidate> all = {candidate("other", "10.0.0.1", Verdict::kNoVolume),
                                candidate("good", "10.0.0.2")};
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("good"));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kNoVolume);
}

TEST(Choose, ErrorNamesServersIfNoneHasVolume) {
  std::vector<Candidate> all = {candidate("a", "10.0.0.1", Verdict::kNoVolume),
                                candidate("b", "10.0.0.2", Verdict::kNoVolume)};
  const auto ranking = choose(all, in_list_order());
  ASSERT_TRUE(ranking.problem);
  EXPECT_EQ(ranking.problem->code, ErrorCode::kNotServed);
  EXPECT_THAT(ranking.problem->message,
              AllOf(HasSubstr("'g0'"), HasSubstr("10.0.0.1:24007, 10.0.0.2:24007")));
}

TEST(Choose, PrefersHealthierAmongReachableServers) {
  std::vector<Candidate> all = {candidate("warning", "10.0.0.1"), candidate("passing", "10.0.0.2"),
                                candidate("mute", "10.0.0.3", Verdict::kNoResponse, 0)};
  all[0].instance.health = consul::Health::kWarning;
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("passing", "warning", "mute"))
      << "a warning server that serves is better than a passing one that does not respond";
}

struct PortServer {
  Port port;
  Verdict verdict = Verdict::kServes;
};
struct PortRow {
  const char* row;
  std::vector<PortServer> servers;
  Port chosen;
};
void PrintTo(const PortRow& row, std::ostream* out) {
  *out << row.row;
}
class CommonPort : public ::testing::TestWithParam<PortRow> {};

struct FamilyServer {
  const char* host;
  Verdict verdict = Verdict::kServes;
  std::optional<IpAddress::Family> probed_over = std::nullopt;
  Outcome outcome = Outcome::kUsed;
};
struct FamilyRow {
  const char* row;
  std::vector<FamilyServer> servers;
  IpAddress::Family common;
};
void PrintTo(const FamilyRow& row, std::ostream* out) {
  *out << row.row;
}
class CommonFamily : public ::testing::TestWithParam<FamilyRow> {};

TEST_P(CommonFamily, IsFamilyOfMostReachableServers) {
  std::vector<Candidate> all;
  std::vector<std::size_t> order;
  for (const auto& server : GetParam().servers) {
    order.push_back(all.size());
    all.push_back(candidate("gl", server.host, server.verdict));
    all.back().probe.family = server.probed_over;
    all.back().outcome = server.outcome;
  }
  EXPECT_EQ(common_family(all, order), GetParam().common);
}

constexpr auto kV4 = IpAddress::Family::kV4;
constexpr auto kV6 = IpAddress::Family::kV6;

INSTANTIATE_TEST_SUITE_P(
    Choose, CommonFamily,
    ::testing::Values(
        FamilyRow{"MajorityOutvotesFirstIpv6", {{"fd77::66"}, {"10.0.0.1"}, {"10.0.0.2"}}, kV4},
        FamilyRow{"MajorityOutvotesFirstIpv4", {{"10.0.0.66"}, {"fd77::1"}, {"fd77::2"}}, kV6},
        FamilyRow{"TieGoesToFirst", {{"fd77::1"}, {"10.0.0.1"}}, kV6},
        FamilyRow{"TieGoesToMoreRegistrations",
                  {{"fd77::66"}, {"10.0.0.1"}, {"10.0.0.2", Verdict::kRefused}},
                  kV4},
        FamilyRow{
            "UnreachableDoNotCount",
            {{"10.0.0.1", Verdict::kNoResponse}, {"10.0.0.2", Verdict::kRefused}, {"fd77::1"}},
            kV6},
        FamilyRow{"MajorityIfNoneIsReachable",
                  {{"fd77::66", Verdict::kNoResponse},
                   {"10.0.0.1", Verdict::kNoResponse},
                   {"10.0.0.2", Verdict::kClosed}},
                  kV4},
        FamilyRow{"MajorityIfNoneWasProbed",
                  {{"fd77::66", Verdict::kNotAsked},
                   {"10.0.0.1", Verdict::kNotAsked},
                   {"10.0.0.2", Verdict::kNotAsked}},
                  kV4},
        FamilyRow{"NamesCountByProbedFamily",
                  {{"10.0.0.1"},
                   {"gl1.example", Verdict::kServes, kV6},
                   {"gl2.example", Verdict::kServes, kV6}},
                  kV6},
        FamilyRow{"UnprobedNamesDoNotCount",
                  {{"gl1.example", Verdict::kNotAsked}, {"fd77::1", Verdict::kNotAsked}},
                  kV6},
        FamilyRow{"OnlyUnprobedNames", {{"gl1.example", Verdict::kNotAsked}}, kV4},
        FamilyRow{"OtherBricksDoNotCount",
                  {{"10.0.0.1"},
                   {"fd77::1", Verdict::kServes, std::nullopt, Outcome::kOtherBricks},
                   {"fd77::2", Verdict::kServes, std::nullopt, Outcome::kOtherBricks}},
                  kV4}),
    [](const auto& tested) { return std::string(tested.param.row); });

TEST(Choose, OneServerDoesNotDecideFamily) {
  auto all = std::vector{candidate("evil", "fd77::66"), candidate("gl1", "10.0.0.1"),
                         candidate("gl2", "10.0.0.2")};
  const auto ranking = choose(all, in_list_order());
  ASSERT_FALSE(ranking.problem);
  EXPECT_EQ(ranking.order, (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kOtherFamily);
}

TEST(Choose, PrimaryHasCommonFamily) {
  auto all = std::vector{candidate("name", "gl1.example", Verdict::kNotAsked),
                         candidate("gl2", "fd77::2", Verdict::kNotAsked)};
  const auto ranking = choose(all, in_list_order());
  ASSERT_FALSE(ranking.problem);
  EXPECT_EQ(ranking.order, (std::vector<std::size_t>{1, 0}));
}

TEST(Choose, SkipsServerWhoseVolumeIsNotStarted) {
  const std::vector<Candidate> all = {candidate("gl1", "10.0.0.1", Verdict::kNotStarted),
                                      candidate("gl2", "10.0.0.2")};
  const auto ranking = choose(all, in_list_order());
  ASSERT_FALSE(ranking.problem);
  EXPECT_EQ(ranking.order, (std::vector<std::size_t>{1}));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kNotStarted);
}

TEST(Choose, VolumeThatIsNotStartedIsPermanentErrorWhateverOthersReport) {
  for (const auto other : {Verdict::kNotStarted, Verdict::kRefused, Verdict::kNoResponse,
                           Verdict::kNoVolume, Verdict::kUntrusted}) {
    const std::vector<Candidate> all = {candidate("gl1", "10.0.0.1", Verdict::kNotStarted),
                                        candidate("gl2", "10.0.0.2", other)};
    const auto ranking = choose(all, in_list_order());
    ASSERT_TRUE(ranking.problem);
    EXPECT_EQ(ranking.problem->code, ErrorCode::kNotServed);
    EXPECT_FALSE(ranking.problem->transient);
    EXPECT_EQ(ranking.problem->message,
              other == Verdict::kNotStarted
                  ? "the volume 'g0' is not started (probed 10.0.0.1:24007, 10.0.0.2:24007)"
                  : "the volume 'g0' is not started (probed 10.0.0.1:24007)");
    EXPECT_EQ(ranking.problem->hint, "run 'gluster volume start g0' on a server");
    EXPECT_TRUE(ranking.order.empty());
  }
}

TEST(Choose, SkipsUnresolvedName) {
  auto all = std::vector{candidate("gl1", "slow.example", Verdict::kNoResponse),
                         candidate("gl2", "10.0.0.2")};
  all[0].probe.is_unresolved = true;
  const auto ranking = choose(all, in_list_order());
  ASSERT_FALSE(ranking.problem);
  EXPECT_EQ(ranking.order, (std::vector<std::size_t>{1}));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kUnresolved);
}

TEST(Choose, ErrorIsTransientIfNoNameIsResolved) {
  auto all = std::vector{candidate("gl1", "slow.example", Verdict::kNoResponse)};
  all[0].probe.is_unresolved = true;
  const auto ranking = choose(all, in_list_order());
  ASSERT_TRUE(ranking.problem);
  EXPECT_EQ(ranking.problem->code, ErrorCode::kUnreachable);
  EXPECT_NE(ranking.problem->message.find("slow.example"), std::string::npos);
}

TEST(Choose, SkipsUntrustedServerOnThisMachine) {
  auto all = std::vector{candidate("gl1", "10.0.0.1", Verdict::kUntrusted),
                         candidate("gl2", "10.0.0.2", Verdict::kRefused),
                         candidate("gl3", "10.0.0.3", Verdict::kRefused)};
  all[1].probe.is_unowned = true;
  const auto ranking = choose(all, in_list_order());
  ASSERT_FALSE(ranking.problem);
  EXPECT_EQ(ranking.order, (std::vector<std::size_t>{2}));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kUntrusted);
  EXPECT_EQ(ranking.candidates[1].outcome, Outcome::kUntrusted);
}

TEST(Choose, ErrorIsPermanentIfServersAreUntrusted) {
  auto all = std::vector{candidate("gl1", "10.0.0.1", Verdict::kUntrusted)};
  all[0].probe.detail = "port 24007 on this machine belongs to user 1000";
  const auto ranking = choose(all, in_list_order());
  ASSERT_TRUE(ranking.problem);
  EXPECT_EQ(ranking.problem->code, ErrorCode::kUntrusted);
  EXPECT_NE(ranking.problem->message.find("user 1000"), std::string::npos);
}

TEST(Choose, ErrorIsTransientIfLocalGlusterdIsDown) {
  auto all = std::vector{candidate("gl1", "10.0.0.1", Verdict::kRefused)};
  all[0].probe.is_unowned = true;
  const auto ranking = choose(all, in_list_order());
  ASSERT_TRUE(ranking.problem);
  EXPECT_EQ(ranking.problem->code, ErrorCode::kUnreachable);
}

TEST_P(CommonPort, IsPortOfMostReachableServers) {
  std::vector<Candidate> all;
  for (const auto& [port, verdict] : GetParam().servers) {
    all.push_back(candidate("gl", fmt::format("10.0.0.{}", all.size() + 1), verdict));
    all.back().instance.port = port;
  }
  const auto ranking = choose(all, in_list_order());
  ASSERT_FALSE(ranking.problem);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_chosen =
        std::find(ranking.order.begin(), ranking.order.end(), i) != ranking.order.end();
    EXPECT_EQ(is_chosen, all[i].instance.port == GetParam().chosen) << i;
    EXPECT_EQ(ranking.candidates[i].outcome == Outcome::kOtherPort, !is_chosen) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Choose, CommonPort,
    ::testing::Values(
        PortRow{"MajorityOutvotesFirst", {{24107}, {24007}, {24007}}, 24007},
        PortRow{"TieGoesToFirst", {{24107}, {24007}}, 24107},
        PortRow{"TieGoesToMoreRegistrations",
                {{24107}, {24007, Verdict::kRefused}, {24007}, {24007, Verdict::kRefused}},
                24007},
        PortRow{"UnreachableDoNotCount",
                {{24007, Verdict::kNoResponse}, {24007, Verdict::kRefused}, {24107}},
                24107},
        PortRow{"UnprobedDoNotCount",
                {{24007, Verdict::kNotAsked}, {24007, Verdict::kNotAsked}, {24107}},
                24107},
        PortRow{"MajorityIfNoneIsReachable",
                {{24107, Verdict::kNoResponse},
                 {24007, Verdict::kNoResponse},
                 {24007, Verdict::kClosed}},
                24007},
        PortRow{
            "MajorityIfNoneWasProbed",
            {{24107, Verdict::kNotAsked}, {24007, Verdict::kNotAsked}, {24007, Verdict::kNotAsked}},
            24007},
        PortRow{
            "AcceptedConnectionsCount",
            {{24107, Verdict::kAccepts}, {24007, Verdict::kAccepts}, {24007, Verdict::kAccepts}},
            24007}),
    [](const auto& row) { return row.param.row; });

TEST(Choose, SkipsNameWithImpossibleAddress) {
  std::vector<Candidate> all = {candidate("bad", "evil.example", Verdict::kImpossible, 0),
                                candidate("good", "10.0.0.2")};
  all[0].probe.detail = "evil.example resolves to 127.0.0.1, a loopback address";
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("good"));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kImpossible);
  all.pop_back();
  const auto none = choose(all, in_list_order());
  ASSERT_TRUE(none.problem);
  EXPECT_EQ(none.problem->code, ErrorCode::kNotAllowed);
  EXPECT_THAT(none.problem->message, HasSubstr("evil.example resolves to 127.0.0.1"));
}

TEST(Choose, PutsServersWithOtherBricksLast) {
  std::vector<Candidate> all = {candidate("changing", "10.0.0.1"), candidate("a", "10.0.0.2"),
                                candidate("b", "10.0.0.3"),
                                candidate("mute", "10.0.0.4", Verdict::kNoResponse, 0)};
  all[0].probe.identity.brick_hashes = {1, 2, 3, 4};
  all[1].probe.identity.brick_hashes = {1, 2, 3};
  all[2].probe.identity.brick_hashes = {1, 2, 3};
  all[1].probe.brick_hosts = {*Host::parse("mute")};
  auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("a", "b", "mute", "changing"));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kOtherBricks);
  all[3].instance.node = "of another pool?";
  ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("a", "b", "changing"));
  EXPECT_EQ(ranking.candidates[3].outcome, Outcome::kUncompared);
}

TEST(Choose, RejectsDifferentVolumesOfSameName) {
  std::vector<Candidate> all = {candidate("a", "10.0.0.1"), candidate("b", "10.0.0.2"),
                                candidate("mute", "10.0.0.4", Verdict::kNoResponse, 0)};
  all[0].probe.identity = {{1, 2}, "gl1:/srv/brick"};
  all[1].probe.identity = {{3, 4}, "gl4:/srv/brick"};
  all[1].instance.port = 24107;
  const auto ranking = choose(all, in_list_order());
  ASSERT_TRUE(ranking.problem);
  EXPECT_EQ(ranking.problem->code, ErrorCode::kAmbiguous);
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kOtherVolume);
  EXPECT_EQ(ranking.candidates[1].outcome, Outcome::kOtherVolume);
}

TEST(Choose, PutsOtherFamilyLast) {
  std::vector<Candidate> all = {candidate("six", "fd77::1"), candidate("four", "10.0.0.2"),
                                candidate("mute", "fd77::3", Verdict::kNoResponse, 0)};
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("six", "mute", "four"));
  EXPECT_EQ(ranking.candidates[1].outcome, Outcome::kOtherFamily);
  EXPECT_EQ(ranking.candidates[2].outcome, Outcome::kUsed);
}

TEST(Choose, SingleStackClientHasPrimaryOfItsFamily) {
  // Without a route to the address, the probe is refused.
  std::vector<Candidate> all = {candidate("six", "fd77::1", Verdict::kRefused, 0),
                                candidate("four", "10.0.0.2")};
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("four", "six"));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kOtherFamily);
}

TEST(Choose, NameHasFamilyOfProbe) {
  std::vector<Candidate> all = {candidate("six", "fd77::1"), candidate("named", "gl2.example"),
                                candidate("unasked", "gl3.example", Verdict::kNotAsked, 0),
                                candidate("old", "gl4.example")};
  all[1].probe.family = IpAddress::Family::kV6;
  all[3].probe.family = IpAddress::Family::kV4;
  const auto ranking = choose(all, in_list_order());
  EXPECT_THAT(nodes(ranking), ElementsAre("six", "named", "unasked", "old"));
  EXPECT_EQ(ranking.candidates[1].outcome, Outcome::kUsed);
  EXPECT_EQ(ranking.candidates[2].outcome, Outcome::kUsed);
  EXPECT_EQ(ranking.candidates[3].outcome, Outcome::kOtherFamily);
}

TEST(Choose, OtherFamilyCountsTowardsMaximum) {
  std::vector<Candidate> all = {candidate("four", "10.0.0.1"), candidate("six", "fd77::2"),
                                candidate("too", "10.0.0.3"), candidate("many", "fd77::4")};
  auto choice = in_list_order();
  choice.servers = 3;
  const auto ranking = choose(all, choice);
  EXPECT_THAT(nodes(ranking), ElementsAre("four", "too", "six"));
  EXPECT_EQ(ranking.candidates[3].outcome, Outcome::kOverLimit);
}

TEST(Choose, KeepsBestServersUpToMaximum) {
  std::vector<Candidate> all = {candidate("mute", "10.0.0.1", Verdict::kNoResponse, 0),
                                candidate("a", "10.0.0.2"), candidate("b", "10.0.0.3")};
  auto choice = in_list_order();
  choice.servers = 2;
  const auto ranking = choose(all, choice);
  EXPECT_THAT(nodes(ranking), ElementsAre("a", "b"));
  EXPECT_EQ(ranking.candidates[0].outcome, Outcome::kOverLimit);
}

TEST(Choose, NearestSortsByRoundTripAndPutsUnprobedLast) {
  std::vector<Candidate> all = {candidate("far", "10.0.0.1", Verdict::kServes, 9000),
                                candidate("near", "10.0.0.2", Verdict::kServes, 300),
                                candidate("late", "10.0.0.3", Verdict::kNotAsked, 0)};
  const auto ranking = choose(all, {config::Order::kNearest, 8, "machine", "g0"});
  EXPECT_THAT(nodes(ranking), ElementsAre("near", "far", "late"));
}

TEST(Choose, EmptyListIsNotServed) {
  EXPECT_EQ(choose({}, in_list_order()).problem->code, ErrorCode::kNotServed);
}

}  // namespace
}  // namespace glusterconsul::discovery
