#include "discovery/same_volume.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "instances.hpp"
#include "util/report.hpp"

namespace glusterconsul::discovery {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using Bricks = std::vector<std::uint64_t>;

std::vector<Candidate> servers_with(const std::vector<Bricks>& bricks) {
  std::vector<Candidate> all;
  for (const auto& of_one : bricks) {
    all.push_back(
        candidate("gl", fmt::format("10.0.{}.{}", all.size() / 250, all.size() % 250 + 1)));
    all.back().probe.identity = {of_one, fmt::format("gl{}:/srv/brick", all.size())};
  }
  return all;
}

std::vector<std::size_t> list_order(const std::vector<Candidate>& all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

struct SameVolumeRow {
  const char* row;
  std::vector<Bricks> bricks;
  std::vector<std::vector<std::size_t>> groups;
  std::vector<std::size_t> other_bricks;  ///< if there is one group
};
void PrintTo(const SameVolumeRow& row, std::ostream* out) {
  *out << row.row;
}
class SameVolume : public ::testing::TestWithParam<SameVolumeRow> {};

TEST_P(SameVolume, DependsOnBricksInCommon) {
  const auto all = servers_with(GetParam().bricks);
  const auto order = list_order(all);
  EXPECT_EQ(group_by_volume(all, order), GetParam().groups);
  const auto checked = check_same_volume(all, order, "g0");
  EXPECT_EQ(!checked.problem, GetParam().groups.size() < 2);
  if (checked.problem) return;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& other = GetParam().other_bricks;
    const bool differs = std::find(other.begin(), other.end(), i) != other.end();
    EXPECT_EQ(checked.candidates[i].outcome, differs ? Outcome::kOtherBricks : Outcome::kUsed) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Groups, SameVolume,
    ::testing::Values(
        SameVolumeRow{"None", {}, {}, {}}, SameVolumeRow{"Unknown", {{}, {}}, {}, {}},
        SameVolumeRow{"Same", {{1, 2}, {1, 2}}, {{0, 1}}, {}},
        SameVolumeRow{"UnknownIsUnaffected", {{1, 2}, {}, {1, 2}}, {{0, 2}}, {}},
        SameVolumeRow{"OneHasMoreBricks", {{1, 2, 3}, {1, 2}, {1, 2}}, {{0, 1, 2}}, {0}},
        SameVolumeRow{"TieGoesToFirst", {{1, 2}, {1, 2, 3}}, {{0, 1}}, {1}},
        SameVolumeRow{"Transitive", {{1, 2}, {2, 3}, {3, 4}}, {{0, 1, 2}}, {1, 2}},
        SameVolumeRow{"Different", {{1, 2}, {3, 4}}, {{0}, {1}}, {}},
        SameVolumeRow{"TwoPools", {{1, 2}, {3, 4}, {1, 2}, {4, 3}}, {{0, 2}, {1, 3}}, {}},
        SameVolumeRow{"AllDifferent", {{1}, {2}, {3}}, {{0}, {1}, {2}}, {}}),
    [](const auto& row) { return row.param.row; });

TEST(SameVolume, ErrorNamesServersAndOptions) {
  auto all = servers_with({{1}, {2}, {1}});
  const auto checked = check_same_volume(all, list_order(all), "g0");
  ASSERT_TRUE(checked.problem);
  EXPECT_EQ(checked.problem->code, ErrorCode::kAmbiguous);
  EXPECT_THAT(lines_of("prog", *checked.problem),
              AllOf(HasSubstr("'g0'"),
                    HasSubstr("10.0.0.1:24007, 10.0.0.3:24007 with brick gl1:/srv/brick"),
                    HasSubstr("10.0.0.2:24007 with brick gl2:/srv/brick"), HasSubstr("consul-tag="),
                    HasSubstr("consul-allow=")));
  for (const auto& each : checked.candidates) EXPECT_EQ(each.outcome, Outcome::kOtherVolume);
}

TEST(SameVolume, ErrorMessageIsBounded) {
  std::vector<Bricks> bricks;
  for (std::uint64_t i = 0; i < 256; ++i) bricks.push_back({i + 1});
  auto all = servers_with(bricks);
  for (auto& each : all) each.probe.identity.first_brick = std::string(512, '\x1b');
  const auto checked = check_same_volume(all, list_order(all), "g0");
  ASSERT_TRUE(checked.problem);
  EXPECT_LT(lines_of("prog", *checked.problem).size(), 2000U);
  EXPECT_EQ(lines_of("prog", *checked.problem).find('\x1b'), std::string::npos);
}

struct UncomparedRow {
  const char* row;
  const char* node;
  const char* host;
  gluster::Verdict verdict;
  Outcome outcome;
};
void PrintTo(const UncomparedRow& row, std::ostream* out) {
  *out << row.row;
}
class Uncompared : public ::testing::TestWithParam<UncomparedRow> {};

TEST_P(Uncompared, IsUsedOnlyIfItHasBrickOfTheVolume) {
  std::vector<Candidate> all = {candidate("gl1", "10.0.0.1"),
                                candidate(GetParam().node, GetParam().host, GetParam().verdict, 0)};
  all[0].probe.identity = {{1, 2, 3}, "gl1.example.com:/srv/brick"};
  for (const auto* host : {"gl1.example.com", "gl2.example.com", "10.0.0.3"}) {
    all[0].probe.brick_hosts.push_back(*Host::parse(host));
  }
  const auto checked = check_same_volume(all, list_order(all), "g0");
  EXPECT_FALSE(checked.problem);
  EXPECT_EQ(checked.candidates[0].outcome, Outcome::kUsed);
  EXPECT_EQ(checked.candidates[1].outcome, GetParam().outcome);
}

using gluster::Verdict;
INSTANTIATE_TEST_SUITE_P(
    All, Uncompared,
    ::testing::Values(
        UncomparedRow{"node with a brick", "gl2", "10.0.0.2", Verdict::kNoResponse, Outcome::kUsed},
        UncomparedRow{"by the node's whole name", "GL2.example.com", "10.0.0.2", Verdict::kNotAsked,
                      Outcome::kUsed},
        UncomparedRow{"name with a brick", "x", "gl2.example.com", Verdict::kClosed,
                      Outcome::kUsed},
        UncomparedRow{"short name", "x", "gl2", Verdict::kRefused, Outcome::kUsed},
        UncomparedRow{"address with a brick", "x", "10.0.0.3", Verdict::kRefused, Outcome::kUsed},
        UncomparedRow{"not probed", "gl4", "10.0.0.4", Verdict::kNotAsked, Outcome::kUncompared},
        UncomparedRow{"silent", "gl4", "10.0.0.4", Verdict::kNoResponse, Outcome::kUncompared},
        UncomparedRow{"bad reply", "", "10.0.0.4", Verdict::kBadReply, Outcome::kUncompared},
        UncomparedRow{"other name", "gl", "gl", Verdict::kClosed, Outcome::kUncompared}));

TEST(SameVolume, IsNotCheckedIfNoServerDescribesTheVolume) {
  const std::vector<Candidate> all = {candidate("gl1", "10.0.0.1", Verdict::kNoResponse, 0),
                                      candidate("gl2", "10.0.0.2", Verdict::kNotAsked, 0)};
  const auto checked = check_same_volume(all, list_order(all), "g0");
  for (const auto& each : checked.candidates) EXPECT_EQ(each.outcome, Outcome::kUsed);
}

}  // namespace
}  // namespace glusterconsul::discovery
