#include "discovery/choose.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Choice in_list_order() {
  return {Order::kConsul, 8, "machine", "g0"};
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
      candidate("silent", "10.0.0.1", Verdict::kSilent, 0),
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
  EXPECT_EQ(all[0].fate, Fate::kNoVolume);
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
                                candidate("mute", "10.0.0.3", Verdict::kSilent, 0)};
  all[0].instance.health = consul::Health::kWarning;
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("passing", "warning", "mute"))
      << "a warning server that serves is better than a passing one that is silent";
}

TEST(Choose, LeavesOutOtherPortsThanThePrimarys) {
  std::vector<Candidate> all = {candidate("a", "10.0.0.1"), candidate("b", "10.0.0.2"),
                                candidate("c", "10.0.0.3")};
  all[1].instance.port = 24107;
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("a", "c"));
  EXPECT_EQ(all[1].fate, Fate::kOtherPort);
}

TEST(Choose, PutsAddressesOfTheOtherFamilyOffUntilThePrimarysHaveFailed) {
  std::vector<Candidate> all = {candidate("six", "fd77::1"), candidate("four", "10.0.0.2"),
                                candidate("mute", "fd77::3", Verdict::kSilent, 0)};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("six", "mute", "four"));
  EXPECT_EQ(all[1].fate, Fate::kOtherFamily);
  EXPECT_EQ(all[2].fate, Fate::kUsed);
}

TEST(Choose, AClientWithOneFamilyHasAPrimaryOfThatFamily) {
  // What it has no route to refuses the probe.
  std::vector<Candidate> all = {candidate("six", "fd77::1", Verdict::kRefused, 0),
                                candidate("four", "10.0.0.2")};
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("four", "six"));
  EXPECT_EQ(all[0].fate, Fate::kOtherFamily);
}

TEST(Choose, ANameIsOfTheFamilyOverWhichItWasReached) {
  std::vector<Candidate> all = {candidate("six", "fd77::1"), candidate("named", "gl2.example"),
                                candidate("unasked", "gl3.example", Verdict::kNotAsked, 0),
                                candidate("old", "gl4.example")};
  all[1].probe.family = IpAddress::Family::kV6;
  all[3].probe.family = IpAddress::Family::kV4;
  const auto order = choose(all, in_list_order());
  EXPECT_THAT(nodes(all, *order), ElementsAre("six", "named", "unasked", "old"));
  EXPECT_EQ(all[1].fate, Fate::kUsed);
  EXPECT_EQ(all[2].fate, Fate::kUsed);
  EXPECT_EQ(all[3].fate, Fate::kOtherFamily);
}

TEST(Choose, TheOtherFamilyCountsAmongTheWantedNumber) {
  std::vector<Candidate> all = {candidate("four", "10.0.0.1"), candidate("six", "fd77::2"),
                                candidate("too", "10.0.0.3"), candidate("many", "fd77::4")};
  auto choice = in_list_order();
  choice.servers = 3;
  const auto order = choose(all, choice);
  EXPECT_THAT(nodes(all, *order), ElementsAre("four", "too", "six"));
  EXPECT_EQ(all[3].fate, Fate::kOverLimit);
}

TEST(Choose, TakesAtMostTheWantedNumberAndTheBestOfThem) {
  std::vector<Candidate> all = {candidate("mute", "10.0.0.1", Verdict::kSilent, 0),
                                candidate("a", "10.0.0.2"), candidate("b", "10.0.0.3")};
  auto choice = in_list_order();
  choice.servers = 2;
  const auto order = choose(all, choice);
  EXPECT_THAT(nodes(all, *order), ElementsAre("a", "b"));
  EXPECT_EQ(all[0].fate, Fate::kOverLimit);
}

TEST(Choose, NearestGoesByRoundTripAndPutsTheUnmeasuredLast) {
  std::vector<Candidate> all = {candidate("far", "10.0.0.1", Verdict::kServes, 9000),
                                candidate("near", "10.0.0.2", Verdict::kServes, 300),
                                candidate("late", "10.0.0.3", Verdict::kNotAsked, 0)};
  const auto order = choose(all, {Order::kNearest, 8, "machine", "g0"});
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
  const auto order = choose(all, {Order::kSpread, 8, fmt::format("{:032x}", machine), volume});
  return all[order->front()].instance.node;
}

TEST(Spread, IsTheSameEachTimeAndDoesNotDependOnConsulsOrder) {
  auto forward = servers(5);
  auto backward = forward;
  std::reverse(backward.begin(), backward.end());
  const Choice choice{Order::kSpread, 8, "0123456789abcdef0123456789abcdef", "g0"};
  EXPECT_EQ(nodes(forward, *choose(forward, choice)), nodes(backward, *choose(backward, choice)));
}

TEST(Spread, IsTheSameInEveryRelease) {
  // A change here moves every machine of every site to another primary.
  EXPECT_NEAR(spread_score("machine", "g0", {*Host::parse("10.0.0.1"), 24007}, 1),
              spread_score("machine", "g0", {*Host::parse("10.0.0.1"), 24007}, 10) / 10, 1e-9);
  auto all = servers(3);
  EXPECT_THAT(nodes(all, *choose(all, {Order::kSpread, 8, "machine", "g0"})),
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

}  // namespace
}  // namespace glusterconsul::discovery
