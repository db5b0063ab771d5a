#include "discovery/choose.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

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

std::vector<std::string> nodes(const std::vector<Candidate>& candidates,
                               const std::vector<std::size_t>& order) {
  std::vector<std::string> names;
  for (const auto index : order) names.push_back(candidates[index].instance.node);
  return names;
}

TEST(Choose, KeepsConsulsOrder) {
  std::vector<Candidate> all = {candidate("b", "10.0.0.2"), candidate("a", "10.0.0.1")};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("b", "a"));
}

TEST(Choose, KeepsUnansweredServersLastAndNeverDropsThem) {
  std::vector<Candidate> all = {
      candidate("silent", "10.0.0.1", Verdict::kNoResponse, 0),
      candidate("refused", "10.0.0.2", Verdict::kRefused, 0),
      candidate("late", "10.0.0.3", Verdict::kNotAsked, 0),
      candidate("good", "10.0.0.4"),
      candidate("closed", "10.0.0.5", Verdict::kClosed, 0),
  };
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("good", "late", "silent", "refused", "closed"));
}

TEST(Choose, DropsServersThatHaveNoSuchVolume) {
  std::vector<Candidate> all = {candidate("other", "10.0.0.1", Verdict::kNoVolume),
                                candidate("good", "10.0.0.2")};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("good"));
  EXPECT_EQ(all[0].outcome, Outcome::kNoVolume);
}

TEST(Choose, SaysWhoWasAskedWhenNobodyHasTheVolume) {
  std::vector<Candidate> all = {candidate("a", "10.0.0.1", Verdict::kNoVolume),
                                candidate("b", "10.0.0.2", Verdict::kNoVolume)};
  const auto order = choose(all, in_list_order());
  ASSERT_FALSE(order.has_value());
  EXPECT_EQ(order.error().code, ErrorCode::kNotServed);
  EXPECT_THAT(order.error().message,
              AllOf(HasSubstr("'g0'"), HasSubstr("10.0.0.1:24007, 10.0.0.2:24007")));
}

TEST(Choose, PutsBetterHealthFirstAmongServersThatServe) {
  std::vector<Candidate> all = {candidate("warning", "10.0.0.1"), candidate("passing", "10.0.0.2"),
                                candidate("mute", "10.0.0.3", Verdict::kNoResponse, 0)};
  all[0].instance.health = consul::Health::kWarning;
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("passing", "warning", "mute"))
      << "a warning server that serves is better than a passing one that is silent";
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

TEST_P(CommonFamily, IsThatOfMostReachableServers) {
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
        FamilyRow{"OneIpv6IsAgainstTheFirst", {{"fd77::66"}, {"10.0.0.1"}, {"10.0.0.2"}}, kV4},
        FamilyRow{"OneIpv4IsAgainstTheFirst", {{"10.0.0.66"}, {"fd77::1"}, {"fd77::2"}}, kV6},
        FamilyRow{"TheFirstOfEquals", {{"fd77::1"}, {"10.0.0.1"}}, kV6},
        FamilyRow{"RegistrationsAmongEquals",
                  {{"fd77::66"}, {"10.0.0.1"}, {"10.0.0.2", Verdict::kRefused}},
                  kV4},
        FamilyRow{
            "UnreachableOnesDoNotCount",
            {{"10.0.0.1", Verdict::kNoResponse}, {"10.0.0.2", Verdict::kRefused}, {"fd77::1"}},
            kV6},
        FamilyRow{"MostIfNoneIsReachable",
                  {{"fd77::66", Verdict::kNoResponse},
                   {"10.0.0.1", Verdict::kNoResponse},
                   {"10.0.0.2", Verdict::kClosed}},
                  kV4},
        FamilyRow{"MostIfNoneWasAsked",
                  {{"fd77::66", Verdict::kNotAsked},
                   {"10.0.0.1", Verdict::kNotAsked},
                   {"10.0.0.2", Verdict::kNotAsked}},
                  kV4},
        FamilyRow{"NamesCountByTheProbe",
                  {{"10.0.0.1"},
                   {"gl1.example", Verdict::kServes, kV6},
                   {"gl2.example", Verdict::kServes, kV6}},
                  kV6},
        FamilyRow{"UnknownNamesCountForNone",
                  {{"gl1.example", Verdict::kNotAsked}, {"fd77::1", Verdict::kNotAsked}},
                  kV6},
        FamilyRow{"OnlyUnknownNames", {{"gl1.example", Verdict::kNotAsked}}, kV4},
        FamilyRow{"OtherBricksDoNotCount",
                  {{"10.0.0.1"},
                   {"fd77::1", Verdict::kServes, std::nullopt, Outcome::kOtherBricks},
                   {"fd77::2", Verdict::kServes, std::nullopt, Outcome::kOtherBricks}},
                  kV4}),
    [](const auto& tested) { return std::string(tested.param.row); });

TEST(Choose, IsNotCapturedByOneServerOfTheOtherFamily) {
  auto all = std::vector{candidate("evil", "fd77::66"), candidate("gl1", "10.0.0.1"),
                         candidate("gl2", "10.0.0.2")};
  const auto order = choose(all, in_list_order());
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(*order, (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(all[0].outcome, Outcome::kOtherFamily);
}

TEST(Choose, HasAPrimaryThatShowsTheCommonFamily) {
  auto all = std::vector{candidate("name", "gl1.example", Verdict::kNotAsked),
                         candidate("gl2", "fd77::2", Verdict::kNotAsked)};
  const auto order = choose(all, in_list_order());
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(*order, (std::vector<std::size_t>{1, 0}));
}

TEST(Choose, SkipsANameThatIsNotResolvedYet) {
  auto all = std::vector{candidate("gl1", "slow.example", Verdict::kNoResponse),
                         candidate("gl2", "10.0.0.2")};
  all[0].probe.is_unresolved = true;
  const auto order = choose(all, in_list_order());
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(*order, (std::vector<std::size_t>{1}));
  EXPECT_EQ(all[0].outcome, Outcome::kUnresolved);
}

TEST(Choose, ReportsATransientErrorIfNoNameIsResolvedYet) {
  auto all = std::vector{candidate("gl1", "slow.example", Verdict::kNoResponse)};
  all[0].probe.is_unresolved = true;
  const auto order = choose(all, in_list_order());
  ASSERT_FALSE(order.has_value());
  EXPECT_EQ(order.error().code, ErrorCode::kUnreachable);
  EXPECT_NE(order.error().message.find("slow.example"), std::string::npos);
}

TEST(Choose, SkipsAServerOnThisMachineThatIsNotTrusted) {
  auto all = std::vector{candidate("gl1", "10.0.0.1", Verdict::kUntrusted),
                         candidate("gl2", "10.0.0.2", Verdict::kRefused),
                         candidate("gl3", "10.0.0.3", Verdict::kRefused)};
  all[1].probe.is_unowned = true;
  const auto order = choose(all, in_list_order());
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(*order, (std::vector<std::size_t>{2}));
  EXPECT_EQ(all[0].outcome, Outcome::kUntrusted);
  EXPECT_EQ(all[1].outcome, Outcome::kUntrusted);
}

TEST(Choose, ReportsAPermanentErrorIfUsersAnswerOnThisMachine) {
  auto all = std::vector{candidate("gl1", "10.0.0.1", Verdict::kUntrusted)};
  all[0].probe.detail = "24007 on this machine belongs to user 1000";
  const auto order = choose(all, in_list_order());
  ASSERT_FALSE(order.has_value());
  EXPECT_EQ(order.error().code, ErrorCode::kUntrusted);
  EXPECT_NE(order.error().message.find("user 1000"), std::string::npos);
}

TEST(Choose, ReportsATransientErrorIfGlusterdOfThisMachineIsDown) {
  auto all = std::vector{candidate("gl1", "10.0.0.1", Verdict::kRefused)};
  all[0].probe.is_unowned = true;
  const auto order = choose(all, in_list_order());
  ASSERT_FALSE(order.has_value());
  EXPECT_EQ(order.error().code, ErrorCode::kUnreachable);
}

TEST_P(CommonPort, IsThatOfMostReachableServers) {
  std::vector<Candidate> all;
  for (const auto& [port, verdict] : GetParam().servers) {
    all.push_back(candidate("gl", fmt::format("10.0.0.{}", all.size() + 1), verdict));
    all.back().instance.port = port;
  }
  const auto order = choose(all, in_list_order());
  ASSERT_TRUE(order.has_value());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_chosen = std::find(order->begin(), order->end(), i) != order->end();
    EXPECT_EQ(is_chosen, all[i].instance.port == GetParam().chosen) << i;
    EXPECT_EQ(all[i].outcome == Outcome::kOtherPort, !is_chosen) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Choose, CommonPort,
    ::testing::Values(
        PortRow{"OneIsAgainstTheFirst", {{24107}, {24007}, {24007}}, 24007},
        PortRow{"TheFirstOfEquals", {{24107}, {24007}}, 24107},
        PortRow{"RegistrationsAmongEquals",
                {{24107}, {24007, Verdict::kRefused}, {24007}, {24007, Verdict::kRefused}},
                24007},
        PortRow{"UnreachableOnesDoNotCount",
                {{24007, Verdict::kNoResponse}, {24007, Verdict::kRefused}, {24107}},
                24107},
        PortRow{"NotAskedOnesDoNotCount",
                {{24007, Verdict::kNotAsked}, {24007, Verdict::kNotAsked}, {24107}},
                24107},
        PortRow{"MostIfNoneIsReachable",
                {{24107, Verdict::kNoResponse},
                 {24007, Verdict::kNoResponse},
                 {24007, Verdict::kClosed}},
                24007},
        PortRow{
            "MostIfNoneWasAsked",
            {{24107, Verdict::kNotAsked}, {24007, Verdict::kNotAsked}, {24007, Verdict::kNotAsked}},
            24007},
        PortRow{
            "ConnectionsCount",
            {{24107, Verdict::kAccepts}, {24007, Verdict::kAccepts}, {24007, Verdict::kAccepts}},
            24007}),
    [](const auto& row) { return row.param.row; });

TEST(Choose, SkipsNamesOfImpossibleAddresses) {
  std::vector<Candidate> all = {candidate("bad", "evil.example", Verdict::kImpossible, 0),
                                candidate("good", "10.0.0.2")};
  all[0].probe.detail = "evil.example resolves to 127.0.0.1, a loopback address";
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("good"));
  EXPECT_EQ(all[0].outcome, Outcome::kImpossible);
  all.pop_back();
  all[0].outcome = Outcome::kUsed;
  const auto none = choose(all, in_list_order());
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::kNotAllowed);
  EXPECT_THAT(none.error().message, HasSubstr("evil.example resolves to 127.0.0.1"));
}

TEST(Choose, PutsServersThatDescribeOtherBricksLast) {
  std::vector<Candidate> all = {candidate("changing", "10.0.0.1"), candidate("a", "10.0.0.2"),
                                candidate("b", "10.0.0.3"),
                                candidate("mute", "10.0.0.4", Verdict::kNoResponse, 0)};
  all[0].probe.identity.brick_hashes = {1, 2, 3, 4};
  all[1].probe.identity.brick_hashes = {1, 2, 3};
  all[2].probe.identity.brick_hashes = {1, 2, 3};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("a", "b", "mute", "changing"));
  EXPECT_EQ(all[0].outcome, Outcome::kOtherBricks);
}

TEST(Choose, NeverMixesDifferentVolumesOfOneName) {
  std::vector<Candidate> all = {candidate("a", "10.0.0.1"), candidate("b", "10.0.0.2"),
                                candidate("mute", "10.0.0.4", Verdict::kNoResponse, 0)};
  all[0].probe.identity = {{1, 2}, "gl1:/srv/brick"};
  all[1].probe.identity = {{3, 4}, "gl4:/srv/brick"};
  all[1].instance.port = 24107;
  const auto order = choose(all, in_list_order());
  ASSERT_FALSE(order.has_value());
  EXPECT_EQ(order.error().code, ErrorCode::kAmbiguous);
  EXPECT_EQ(all[0].outcome, Outcome::kOtherVolume);
  EXPECT_EQ(all[1].outcome, Outcome::kOtherVolume);
}

TEST(Choose, PutsAddressesOfTheOtherFamilyOffUntilThePrimarysHaveFailed) {
  std::vector<Candidate> all = {candidate("six", "fd77::1"), candidate("four", "10.0.0.2"),
                                candidate("mute", "fd77::3", Verdict::kNoResponse, 0)};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("six", "mute", "four"));
  EXPECT_EQ(all[1].outcome, Outcome::kOtherFamily);
  EXPECT_EQ(all[2].outcome, Outcome::kUsed);
}

TEST(Choose, AClientWithOneFamilyHasAPrimaryOfThatFamily) {
  // What it has no route to refuses the probe.
  std::vector<Candidate> all = {candidate("six", "fd77::1", Verdict::kRefused, 0),
                                candidate("four", "10.0.0.2")};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("four", "six"));
  EXPECT_EQ(all[0].outcome, Outcome::kOtherFamily);
}

TEST(Choose, ANameIsOfTheFamilyOverWhichItWasReached) {
  std::vector<Candidate> all = {candidate("six", "fd77::1"), candidate("named", "gl2.example"),
                                candidate("unasked", "gl3.example", Verdict::kNotAsked, 0),
                                candidate("old", "gl4.example")};
  all[1].probe.family = IpAddress::Family::kV6;
  all[3].probe.family = IpAddress::Family::kV4;
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("six", "named", "unasked", "old"));
  EXPECT_EQ(all[1].outcome, Outcome::kUsed);
  EXPECT_EQ(all[2].outcome, Outcome::kUsed);
  EXPECT_EQ(all[3].outcome, Outcome::kOtherFamily);
}

TEST(Choose, TheOtherFamilyCountsAmongTheWantedNumber) {
  std::vector<Candidate> all = {candidate("four", "10.0.0.1"), candidate("six", "fd77::2"),
                                candidate("too", "10.0.0.3"), candidate("many", "fd77::4")};
  auto choice = in_list_order();
  choice.servers = 3;
  const auto order = choose(all, choice);
  EXPECT_THAT(nodes(all, *order), ElementsAre("four", "too", "six"));
  EXPECT_EQ(all[3].outcome, Outcome::kOverLimit);
}

TEST(Choose, TakesAtMostTheWantedNumberAndTheBestOfThem) {
  std::vector<Candidate> all = {candidate("mute", "10.0.0.1", Verdict::kNoResponse, 0),
                                candidate("a", "10.0.0.2"), candidate("b", "10.0.0.3")};
  auto choice = in_list_order();
  choice.servers = 2;
  const auto order = choose(all, choice);
  EXPECT_THAT(nodes(all, *order), ElementsAre("a", "b"));
  EXPECT_EQ(all[0].outcome, Outcome::kOverLimit);
}

TEST(Choose, NearestGoesByRoundTripAndPutsTheUnmeasuredLast) {
  std::vector<Candidate> all = {candidate("far", "10.0.0.1", Verdict::kServes, 9000),
                                candidate("near", "10.0.0.2", Verdict::kServes, 300),
                                candidate("late", "10.0.0.3", Verdict::kNotAsked, 0)};
  const auto order = choose(all, {config::Order::kNearest, 8, "machine", "g0"});
  EXPECT_THAT(nodes(all, *order), ElementsAre("near", "far", "late"));
}

TEST(Choose, NothingGivenIsNotServed) {
  std::vector<Candidate> none;
  EXPECT_EQ(choose(none, in_list_order()).error().code, ErrorCode::kNotServed);
}

// --- spread ---------------------------------------------------------------

std::vector<Candidate> servers(int count) {
  std::vector<Candidate> all;
  for (int i = 1; i <= count; ++i)
    all.push_back(candidate(fmt::format("gl{}", i), fmt::format("10.0.0.{}", i)));
  return all;
}

std::string primary(std::vector<Candidate> all, int machine, const std::string& volume = "g0") {
  const auto order =
      choose(all, {config::Order::kSpread, 8, fmt::format("{:032x}", machine), volume});
  return all[order->front()].instance.node;
}

TEST(Spread, IsTheSameEachTimeAndDoesNotDependOnConsulsOrder) {
  auto forward = servers(5);
  auto backward = forward;
  std::reverse(backward.begin(), backward.end());
  const Choice choice{config::Order::kSpread, 8, "0123456789abcdef0123456789abcdef", "g0"};
  EXPECT_EQ(nodes(forward, *choose(forward, choice)), nodes(backward, *choose(backward, choice)));
}

TEST(Spread, IsTheSameInEveryRelease) {
  // A change here moves every machine of every site to another primary.
  EXPECT_NEAR(spread_score("machine", "g0", {*Host::parse("10.0.0.1"), 24007}, 1),
              spread_score("machine", "g0", {*Host::parse("10.0.0.1"), 24007}, 10) / 10, 1e-9);
  auto all = servers(3);
  EXPECT_THAT(nodes(all, *choose(all, {config::Order::kSpread, 8, "machine", "g0"})),
              ElementsAre("gl2", "gl1", "gl3"));
}

constexpr int kFleet = 9000;

std::map<std::string, int> fleet(const std::vector<Candidate>& all) {
  std::map<std::string, int> counts;
  for (int machine = 0; machine < kFleet; ++machine) ++counts[primary(all, machine)];
  return counts;
}

TEST(Spread, IsEvenOverAFleet) {
  // 9000 machines on 3 servers: 3000 each, standard deviation 45; five of them.
  for (const auto& [node, count] : fleet(servers(3))) EXPECT_NEAR(count, 3000, 225) << node;
}

TEST(Spread, FollowsTheWeights) {
  auto all = servers(3);
  all[0].instance.weight = 4;
  const auto counts = fleet(all);
  EXPECT_NEAR(counts.at("gl1"), 6000, 225);
  EXPECT_NEAR(counts.at("gl2"), 1500, 180);
}

TEST(Spread, DoesNotFollowAWeightAboveTheMaximum) {
  auto all = servers(3);
  all[0].instance.weight = 65'535;
  std::map<std::string, int> counts;
  for (int machine = 0; machine < kFleet; ++machine) {
    auto candidates = all;
    const auto order = choose(
        candidates,
        {config::Order::kSpread, 8, fmt::format("{:032x}", machine), "g0", max_weight(candidates)});
    ++counts[candidates[order->front()].instance.node];
  }
  EXPECT_NEAR(counts.at("gl1"), 6000, 225);
}

struct WeightRow {
  const char* row;
  std::vector<unsigned> weights;
  unsigned most;
};
void PrintTo(const WeightRow& row, std::ostream* out) {
  *out << row.row;
}
class MaxWeight : public ::testing::TestWithParam<WeightRow> {};

TEST_P(MaxWeight, IsFourTimesTheMedianOfTheHosts) {
  auto all = servers(static_cast<int>(GetParam().weights.size()));
  for (std::size_t i = 0; i < all.size(); ++i) all[i].instance.weight = GetParam().weights[i];
  EXPECT_EQ(max_weight(all), GetParam().most);
}

INSTANTIATE_TEST_SUITE_P(
    Spread, MaxWeight,
    ::testing::Values(WeightRow{"None", {}, 4}, WeightRow{"Zero", {0, 0}, 4},
                      WeightRow{"Equal", {1, 1, 1}, 4}, WeightRow{"OneIsHuge", {1, 65'535, 1}, 4},
                      WeightRow{"OneOfTwoIsHuge", {65'535, 1}, 4},
                      WeightRow{"Alone", {65'535}, 262'140},
                      WeightRow{"OneIsSmall", {100, 100, 1}, 400},
                      WeightRow{"Different", {10, 20, 30, 40}, 80},
                      WeightRow{"AllHuge", {4'294'967'295, 4'294'967'295}, 4'294'967'292}),
    [](const auto& row) { return row.param.row; });

TEST(Spread, TheMedianCountsAHostOnceAndOnlyWhatMayBeUsed) {
  auto all = servers(3);
  for (Port port = 1; port <= 7; ++port) {
    all.push_back(candidate("evil", "10.0.0.9"));
    all.back().instance.port = port;
    all.back().instance.weight = 65'535;
  }
  for (int i = 1; i <= 9; ++i) {
    all.push_back(candidate("sick", fmt::format("10.0.1.{}", i)));
    all.back().instance.weight = 65'535;
    all.back().outcome = Outcome::kUnhealthy;
  }
  EXPECT_EQ(max_weight(all), 4U);
}

TEST(Spread, AServerThatGoesMovesOnlyItsOwnMachines) {
  const auto three = servers(3);
  auto two = three;
  two.erase(two.begin() + 1);
  for (int machine = 0; machine < 500; ++machine) {
    const auto before = primary(three, machine);
    if (before == "gl2") continue;
    EXPECT_EQ(primary(two, machine), before);
  }
}

TEST(Spread, VolumesOfOneMachineAreSpreadToo) {
  std::map<std::string, int> counts;
  for (int i = 0; i < 300; ++i) ++counts[primary(servers(3), 1, fmt::format("volume{}", i))];
  EXPECT_EQ(counts.size(), 3U);
}

// --- bounds ---------------------------------------------------------------

std::vector<Candidate> of_hosts(int hosts, int of_each) {
  std::vector<Candidate> all;
  for (int host = 0; host < hosts; ++host) {
    for (int i = 0; i < of_each; ++i) {
      all.push_back(candidate("gl", fmt::format("10.0.{}.{}", host / 250, host % 250 + 1)));
      all.back().instance.port = static_cast<Port>(24007 + i);
    }
  }
  return all;
}

std::size_t count(const std::vector<Candidate>& all, Outcome outcome) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const auto& each) { return each.outcome == outcome; }));
}

struct BoundsRow {
  const char* row;
  int hosts;
  int of_each;
  std::size_t probed;
  std::size_t too_many_on_host;
};
void PrintTo(const BoundsRow& row, std::ostream* out) {
  *out << row.row;
}
class Bounds : public ::testing::TestWithParam<BoundsRow> {};

TEST_P(Bounds, LimitInstancesInAllAndOfOneHost) {
  for (const auto wanted :
       {config::Order::kSpread, config::Order::kNearest, config::Order::kConsul}) {
    auto all = of_hosts(GetParam().hosts, GetParam().of_each);
    limit_probes(all, {wanted, 8, "machine", "g0"});
    EXPECT_EQ(count(all, Outcome::kUsed), GetParam().probed);
    EXPECT_EQ(count(all, Outcome::kTooManyOnHost), GetParam().too_many_on_host);
    EXPECT_EQ(count(all, Outcome::kTooMany),
              all.size() - GetParam().probed - GetParam().too_many_on_host);
  }
}

INSTANTIATE_TEST_SUITE_P(LimitProbes, Bounds,
                         ::testing::Values(BoundsRow{"None", 0, 0, 0, 0},
                                           BoundsRow{"Few", 3, 1, 3, 0},
                                           BoundsRow{"EightOfOneHost", 1, 8, 8, 0},
                                           BoundsRow{"NineOfOneHost", 1, 9, 8, 1},
                                           BoundsRow{"ManyOfOneHost", 1, 2000, 8, 1992},
                                           BoundsRow{"AllThatAreAllowed", 256, 1, 256, 0},
                                           BoundsRow{"OneMore", 257, 1, 256, 0},
                                           BoundsRow{"TenThousand", 10'000, 1, 256, 0}),
                         [](const auto& row) { return row.param.row; });

TEST(LimitProbes, KeepsTheHealthiest) {
  auto all = of_hosts(1000, 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 10 != 0) all[i].instance.health = consul::Health::kWarning;
  }
  limit_probes(all, {config::Order::kSpread, 8, "machine", "g0"});
  for (std::size_t i = 0; i < all.size(); i += 10) EXPECT_EQ(all[i].outcome, Outcome::kUsed);
}

TEST(LimitProbes, DiffersBetweenMachinesAndNotBetweenLookups) {
  const auto probed_by = [](const std::string& machine, bool is_reversed) {
    auto all = of_hosts(1000, 1);
    if (is_reversed) std::reverse(all.begin(), all.end());
    limit_probes(all, {config::Order::kSpread, 8, machine, "g0"});
    std::set<std::string> hosts;
    for (const auto& each : all) {
      if (each.outcome == Outcome::kUsed) hosts.insert(each.instance.host.text());
    }
    return hosts;
  };
  EXPECT_EQ(probed_by("one", false), probed_by("one", true));
  EXPECT_NE(probed_by("one", false), probed_by("two", false));
}

TEST(LimitProbes, KeepsWhoeverWouldBePrimaryOfAll) {
  auto all = of_hosts(1000, 1);
  const Choice choice{config::Order::kSpread, 8, "machine", "g0"};
  auto limited = all;
  limit_probes(limited, choice);
  EXPECT_EQ(*choose(all, choice), *choose(limited, choice));
}

TEST(LimitProbes, KeepsTheFirstOnesInConsulsOrder) {
  auto all = of_hosts(300, 1);
  limit_probes(all, {config::Order::kConsul, 8, "machine", "g0"});
  EXPECT_EQ(all[255].outcome, Outcome::kUsed);
  EXPECT_EQ(all[256].outcome, Outcome::kTooMany);
}

}  // namespace
}  // namespace glusterconsul::discovery
