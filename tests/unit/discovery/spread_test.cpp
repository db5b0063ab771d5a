#include "discovery/spread.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "discovery/choose.hpp"
#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using ::testing::ElementsAre;

std::vector<Candidate> servers(int count) {
  std::vector<Candidate> all;
  for (int i = 1; i <= count; ++i)
    all.push_back(candidate(fmt::format("gl{}", i), fmt::format("10.0.0.{}", i)));
  return all;
}

std::string primary(std::vector<Candidate> all, int machine, const std::string& volume = "g0") {
  return nodes(choose(std::move(all),
                      {config::Order::kSpread, 8, fmt::format("{:032x}", machine), volume}))
      .front();
}

TEST(Spread, IsReproducibleAndIndependentOfConsulsOrder) {
  auto forward = servers(5);
  auto backward = forward;
  std::reverse(backward.begin(), backward.end());
  const Choice choice{config::Order::kSpread, 8, "0123456789abcdef0123456789abcdef", "g0"};
  EXPECT_EQ(nodes(choose(forward, choice)), nodes(choose(backward, choice)));
}

TEST(Spread, IsTheSameInEveryRelease) {
  // If this order changes, machines at every site move to another primary.
  EXPECT_NEAR(spread_score("machine", "g0", {*Host::parse("10.0.0.1"), 24007}, 1),
              spread_score("machine", "g0", {*Host::parse("10.0.0.1"), 24007}, 10) / 10, 1e-9);
  auto all = servers(3);
  EXPECT_THAT(nodes(choose(all, {config::Order::kSpread, 8, "machine", "g0"})),
              ElementsAre("gl2", "gl1", "gl3"));
}

constexpr int kFleet = 9000;

std::map<std::string, int> fleet(const std::vector<Candidate>& all) {
  std::map<std::string, int> counts;
  for (int machine = 0; machine < kFleet; ++machine) ++counts[primary(all, machine)];
  return counts;
}

TEST(Spread, IsEvenOverAFleet) {
  // 9000 machines on 3 servers: 3000 each, with a standard deviation of 45. The tolerance is five
  // standard deviations.
  for (const auto& [node, count] : fleet(servers(3))) EXPECT_NEAR(count, 3000, 225) << node;
}

TEST(Spread, IsProportionalToWeights) {
  auto all = servers(3);
  all[0].instance.weight = 4;
  const auto counts = fleet(all);
  EXPECT_NEAR(counts.at("gl1"), 6000, 225);
  EXPECT_NEAR(counts.at("gl2"), 1500, 180);
}

TEST(Spread, CapsWeightAtMaximum) {
  auto all = servers(3);
  all[0].instance.weight = 65'535;
  std::map<std::string, int> counts;
  for (int machine = 0; machine < kFleet; ++machine) {
    const auto ranking = choose(
        all, {config::Order::kSpread, 8, fmt::format("{:032x}", machine), "g0", max_weight(all)});
    ++counts[nodes(ranking).front()];
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

TEST_P(MaxWeight, IsFourTimesMedianOfHosts) {
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

TEST(Spread, MedianCountsEachUsableHostOnce) {
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

TEST(Spread, RemovedServerMovesOnlyItsOwnMachines) {
  const auto three = servers(3);
  auto two = three;
  two.erase(two.begin() + 1);
  for (int machine = 0; machine < 500; ++machine) {
    const auto before = primary(three, machine);
    if (before == "gl2") continue;
    EXPECT_EQ(primary(two, machine), before);
  }
}

TEST(Spread, SpreadsVolumesOfOneMachine) {
  std::map<std::string, int> counts;
  for (int i = 0; i < 300; ++i) ++counts[primary(servers(3), 1, fmt::format("volume{}", i))];
  EXPECT_EQ(counts.size(), 3U);
}

}  // namespace
}  // namespace glusterconsul::discovery
