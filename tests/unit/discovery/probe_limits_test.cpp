#include "discovery/probe_limits.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "discovery/choose.hpp"
#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

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

std::size_t number_of(const std::vector<Candidate>& all, Outcome outcome) {
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

TEST_P(Bounds, LimitInstancesInTotalAndPerHost) {
  for (const auto wanted :
       {config::Order::kSpread, config::Order::kNearest, config::Order::kConsul}) {
    auto all = of_hosts(GetParam().hosts, GetParam().of_each);
    all = limit_probes(all, {wanted, 8, "machine", "g0"});
    EXPECT_EQ(number_of(all, Outcome::kUsed), GetParam().probed);
    EXPECT_EQ(number_of(all, Outcome::kTooManyOnHost), GetParam().too_many_on_host);
    EXPECT_EQ(number_of(all, Outcome::kTooMany),
              all.size() - GetParam().probed - GetParam().too_many_on_host);
  }
}

INSTANTIATE_TEST_SUITE_P(LimitProbes, Bounds,
                         ::testing::Values(BoundsRow{"None", 0, 0, 0, 0},
                                           BoundsRow{"Few", 3, 1, 3, 0},
                                           BoundsRow{"EightOnOneHost", 1, 8, 8, 0},
                                           BoundsRow{"NineOnOneHost", 1, 9, 8, 1},
                                           BoundsRow{"ManyOnOneHost", 1, 2000, 8, 1992},
                                           BoundsRow{"MaximumInTotal", 256, 1, 256, 0},
                                           BoundsRow{"OneAboveMaximum", 257, 1, 256, 0},
                                           BoundsRow{"TenThousand", 10'000, 1, 256, 0}),
                         [](const auto& row) { return row.param.row; });

TEST(LimitProbes, KeepsHealthiest) {
  auto all = of_hosts(1000, 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 10 != 0) all[i].instance.health = consul::Health::kWarning;
  }
  all = limit_probes(all, {config::Order::kSpread, 8, "machine", "g0"});
  for (std::size_t i = 0; i < all.size(); i += 10) EXPECT_EQ(all[i].outcome, Outcome::kUsed);
}

TEST(LimitProbes, DiffersBetweenMachinesButNotBetweenLookups) {
  const auto probed_by = [](const std::string& machine, bool is_reversed) {
    auto all = of_hosts(1000, 1);
    if (is_reversed) std::reverse(all.begin(), all.end());
    all = limit_probes(all, {config::Order::kSpread, 8, machine, "g0"});
    std::set<std::string> hosts;
    for (const auto& each : all) {
      if (each.outcome == Outcome::kUsed) hosts.insert(each.instance.host.text());
    }
    return hosts;
  };
  EXPECT_EQ(probed_by("one", false), probed_by("one", true));
  EXPECT_NE(probed_by("one", false), probed_by("two", false));
}

TEST(LimitProbes, KeepsServersThatWouldBeChosen) {
  auto all = of_hosts(1000, 1);
  const Choice choice{config::Order::kSpread, 8, "machine", "g0"};
  EXPECT_EQ(choose(all, choice).order, choose(limit_probes(all, choice), choice).order);
}

TEST(LimitProbes, KeepsFirstInstancesInConsulsOrder) {
  auto all = of_hosts(300, 1);
  all = limit_probes(all, {config::Order::kConsul, 8, "machine", "g0"});
  EXPECT_EQ(all[255].outcome, Outcome::kUsed);
  EXPECT_EQ(all[256].outcome, Outcome::kTooMany);
}

}  // namespace
}  // namespace glusterconsul::discovery
