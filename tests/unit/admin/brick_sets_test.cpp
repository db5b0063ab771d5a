#include "admin/brick_sets.hpp"

#include <gtest/gtest.h>

#include <map>

#include "states.hpp"
#include "verdict_cases.hpp"

namespace glusterconsul::admin {
namespace {

using Options = std::map<std::string, std::string, std::less<>>;

std::vector<BrickHealth> health_of(const std::string& bricks) {
  std::vector<BrickHealth> health;
  for (const char letter : bricks) {
    health.push_back(letter == '+'   ? BrickHealth::kUp
                     : letter == '?' ? BrickHealth::kUnknown
                                     : BrickHealth::kDown);
  }
  return health;
}

gluster::VolumeInfo distribute(std::size_t bricks) {
  return started_volume(bricks);
}

gluster::VolumeInfo arbiter(std::uint32_t sets, Options options = {}) {
  auto info = replicate(sets, 3, std::move(options));
  info.arbiter_count = 1;
  return info;
}

gluster::VolumeInfo thin_arbiter(std::uint32_t sets) {
  auto info = replicate(sets, 2);
  info.thin_arbiter = {"ta", "/srv/ta", ""};
  return info;
}

gluster::VolumeInfo disperse(std::uint32_t sets, Options options = {}) {
  auto info = started_volume(std::size_t{sets} * 6);
  info.type = VolumeType::kDisperse;
  info.set_count = sets;
  info.disperse_count = 6;
  info.redundancy_count = 2;
  info.options = std::move(options);
  return info;
}

gluster::VolumeInfo other(std::size_t bricks) {
  auto info = started_volume(bricks);
  info.type = VolumeType::kOther;
  return info;
}

gluster::VolumeInfo with_sets(gluster::VolumeInfo info, std::uint32_t sets) {
  info.set_count = sets;
  return info;
}

gluster::VolumeInfo with_arbiters(gluster::VolumeInfo info, std::uint32_t count) {
  info.arbiter_count = count;
  return info;
}

Options quorum(std::string type, std::string count = "") {
  Options options{{"cluster.quorum-type", std::move(type)}};
  if (!count.empty()) options["cluster.quorum-count"] = std::move(count);
  return options;
}

struct SetsCase {
  std::string name;
  gluster::VolumeInfo volume;
  std::string bricks;  ///< "+" up, "-" down, "?" unknown
  std::string sets;    ///< "y" serves, "n" does not, "?" unknown
  BrickHealth thin_arbiter = BrickHealth::kUp;
};

void PrintTo(const SetsCase& row, std::ostream* out) {
  *out << row.bricks;
}

class BrickSets : public ::testing::TestWithParam<SetsCase> {};

TEST_P(BrickSets, Serve) {
  std::string found;
  for (const auto& set :
       brick_sets(GetParam().volume, health_of(GetParam().bricks), GetParam().thin_arbiter)) {
    found += set.serves == BrickSet::Serves::kYes  ? 'y'
             : set.serves == BrickSet::Serves::kNo ? 'n'
                                                   : '?';
  }
  EXPECT_EQ(found, GetParam().sets);
}

INSTANTIATE_TEST_SUITE_P(Distribute, BrickSets,
                         ::testing::Values(SetsCase{"OneUp", distribute(1), "+", "y"},
                                           SetsCase{"OneDown", distribute(1), "-", "n"},
                                           SetsCase{"OneUnknown", distribute(1), "?", "?"},
                                           SetsCase{"Three", distribute(3), "+-?", "yn?"}),
                         case_name);

INSTANTIATE_TEST_SUITE_P(
    Replica2, BrickSets,
    ::testing::Values(SetsCase{"Both", replicate(1, 2), "++", "y"},
                      SetsCase{"OnlyFirst", replicate(1, 2), "+-", "y"},
                      SetsCase{"OnlySecond", replicate(1, 2), "-+", "y"},
                      SetsCase{"None", replicate(1, 2), "--", "n"},
                      SetsCase{"AutoFirst", replicate(1, 2, quorum("auto")), "+-", "y"},
                      SetsCase{"AutoSecond", replicate(1, 2, quorum("auto")), "-+", "n"},
                      SetsCase{"AutoFirstUnknown", replicate(1, 2, quorum("auto")), "?+", "?"},
                      SetsCase{"AutoSecondUnknown", replicate(1, 2, quorum("auto")), "+?", "y"},
                      SetsCase{"Fixed1", replicate(1, 2, quorum("fixed", "1")), "-+", "y"},
                      SetsCase{"Fixed2", replicate(1, 2, quorum("fixed", "2")), "+-", "n"},
                      SetsCase{"Fixed2Both", replicate(1, 2, quorum("fixed", "2")), "++", "y"},
                      SetsCase{"NoneSet", replicate(1, 2, quorum("none")), "-+", "y"},
                      SetsCase{"CountWithoutType", replicate(1, 2, {{"cluster.quorum-count", "2"}}),
                               "+-", "y"},
                      SetsCase{"Distributed", replicate(3, 2), "+--+--", "yyn"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Replica3, BrickSets,
    ::testing::Values(
        SetsCase{"All", replicate(1, 3), "+++", "y"}, SetsCase{"Two", replicate(1, 3), "-++", "y"},
        SetsCase{"OnlyFirst", replicate(1, 3), "+--", "n"},
        SetsCase{"OneUnknown", replicate(1, 3), "++?", "y"},
        SetsCase{"OneUpOneUnknown", replicate(1, 3), "+-?", "?"},
        SetsCase{"TwoDownOneUnknown", replicate(1, 3), "--?", "n"},
        SetsCase{"AllUnknown", replicate(1, 3), "???", "?"},
        SetsCase{"Auto", replicate(1, 3, quorum("auto")), "+--", "n"},
        SetsCase{"NoQuorum", replicate(1, 3, quorum("none")), "--+", "y"},
        SetsCase{"NoQuorumNone", replicate(1, 3, quorum("none")), "---", "n"},
        SetsCase{"NoneOverridesCount", replicate(1, 3, quorum("none", "3")), "+--", "y"},
        SetsCase{"AutoOverridesCount", replicate(1, 3, quorum("auto", "3")), "++-", "y"},
        SetsCase{"Fixed1", replicate(1, 3, quorum("fixed", "1")), "--+", "y"},
        SetsCase{"Fixed3", replicate(1, 3, quorum("fixed", "3")), "++-", "n"},
        SetsCase{"FixedWithoutCount", replicate(1, 3, quorum("fixed")), "--+", "y"},
        SetsCase{"FixedWithBadCount", replicate(1, 3, quorum("fixed", "2x")), "--+", "y"},
        SetsCase{"CountWithoutType", replicate(1, 3, {{"cluster.quorum-count", "1"}}), "+--", "n"},
        SetsCase{"Distributed", replicate(2, 3), "++-+--", "yn"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Replica4, BrickSets,
    ::testing::Values(SetsCase{"HalfWithFirst", replicate(1, 4), "+--+", "y"},
                      SetsCase{"HalfWithoutFirst", replicate(1, 4), "-++-", "n"},
                      SetsCase{"MoreThanHalfWithoutFirst", replicate(1, 4), "-+++", "y"},
                      SetsCase{"OnlyFirst", replicate(1, 4), "+---", "n"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Arbiter, BrickSets,
    ::testing::Values(SetsCase{"All", arbiter(1), "+++", "y"},
                      SetsCase{"WithoutArbiter", arbiter(1), "++-", "y"},
                      SetsCase{"OneWithArbiter", arbiter(1), "-++", "y"},
                      SetsCase{"OnlyArbiter", arbiter(1), "--+", "n"},
                      SetsCase{"OnlyData", arbiter(1), "+--", "n"},
                      SetsCase{"OnlyArbiterWithoutQuorum", arbiter(1, quorum("none")), "--+", "n"},
                      SetsCase{"OnlyDataWithoutQuorum", arbiter(1, quorum("none")), "-+-", "y"},
                      SetsCase{"Fixed1OnlyArbiter", arbiter(1, quorum("fixed", "1")), "--+", "n"},
                      SetsCase{"Distributed", arbiter(2), "+-+--+", "yn"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(ThinArbiter, BrickSets,
                         ::testing::Values(SetsCase{"OnlyFirst", thin_arbiter(1), "+-", "y"},
                                           SetsCase{"OnlySecond", thin_arbiter(1), "-+", "y"},
                                           SetsCase{"None", thin_arbiter(1), "--", "n"},
                                           SetsCase{"Distributed", thin_arbiter(2), "-+--", "yn"}),
                         case_name);

INSTANTIATE_TEST_SUITE_P(
    WithoutThinArbiter, BrickSets,
    ::testing::Values(
        SetsCase{"Both", thin_arbiter(1), "++", "y", BrickHealth::kDown},
        SetsCase{"One", thin_arbiter(1), "+-", "n", BrickHealth::kDown},
        SetsCase{"OneAndUnknown", thin_arbiter(1), "+?", "?", BrickHealth::kDown},
        SetsCase{"BothAndArbiterUnknown", thin_arbiter(1), "++", "y", BrickHealth::kUnknown},
        SetsCase{"OneAndArbiterUnknown", thin_arbiter(1), "-+", "?", BrickHealth::kUnknown},
        SetsCase{"Distributed", thin_arbiter(2), "+++-", "yn", BrickHealth::kDown},
        SetsCase{"VolumeHasNone", replicate(1, 2), "+-", "y", BrickHealth::kDown}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Disperse, BrickSets,
    ::testing::Values(
        SetsCase{"All", disperse(1), "++++++", "y"}, SetsCase{"Four", disperse(1), "--++++", "y"},
        SetsCase{"Three", disperse(1), "---+++", "n"},
        SetsCase{"ThreeAndUnknown", disperse(1), "--?+++", "?"},
        SetsCase{"FourAndUnknown", disperse(1), "??++++", "y"},
        SetsCase{"Quorum5", disperse(1, {{"disperse.quorum-count", "5"}}), "--++++", "n"},
        SetsCase{"Quorum5Up5", disperse(1, {{"disperse.quorum-count", "5"}}), "-+++++", "y"},
        SetsCase{"Quorum0", disperse(1, {{"disperse.quorum-count", "0"}}), "--++++", "y"},
        SetsCase{"QuorumOfReplicasIsIgnored", disperse(1, quorum("fixed", "6")), "--++++", "y"},
        SetsCase{"Distributed", disperse(2), "--++++---+++", "yn"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Contradictory, BrickSets,
    ::testing::Values(
        SetsCase{"OtherTypeUp", other(3), "+++", "y"},
        SetsCase{"OtherTypeSome", other(3), "++-", "?"},
        SetsCase{"OtherTypeDown", other(3), "---", "n"},
        SetsCase{"OtherTypeUnknown", other(3), "--?", "?"},
        SetsCase{"NoSets", with_sets(replicate(1, 3), 0), "+--", "?"},
        SetsCase{"UnevenSets", with_sets(replicate(1, 3), 2), "+--", "?"},
        SetsCase{"SetsLargerThanReplicas", with_sets(replicate(2, 2), 1), "+---", "?"},
        SetsCase{"DistributeWithSetsOfTwo", with_sets(distribute(4), 2), "+---", "?"},
        SetsCase{"DisperseOfOtherSize", with_sets(disperse(2), 1), "+-----------", "?"},
        SetsCase{"OnlyArbiters", with_arbiters(replicate(1, 3), 3), "+--", "?"},
        SetsCase{"NoBricks", replicate(0, 3), "", ""},
        SetsCase{"MissingStates", replicate(1, 3), "++", "y"},
        SetsCase{"AllStatesMissing", replicate(1, 3), "", "?"},
        SetsCase{"TooManyStates", replicate(1, 3), "+--+++", "n"}),
    case_name);

struct NeededCase {
  std::string name;
  gluster::VolumeInfo volume;
  std::string bricks;
  std::string needed;
};

void PrintTo(const NeededCase& row, std::ostream* out) {
  *out << row.bricks;
}

class NeededBricks : public ::testing::TestWithParam<NeededCase> {};

TEST_P(NeededBricks, Words) {
  const auto sets = brick_sets(GetParam().volume, health_of(GetParam().bricks), BrickHealth::kUp);
  ASSERT_FALSE(sets.empty());
  EXPECT_EQ(sets.front().needed, GetParam().needed);
}

INSTANTIATE_TEST_SUITE_P(
    Sets, NeededBricks,
    ::testing::Values(
        NeededCase{"Distribute", distribute(1), "-", "1 needed"},
        NeededCase{"Replica3", replicate(1, 3), "+--", "2 needed"},
        NeededCase{"Fixed3", replicate(1, 3, quorum("fixed", "3")), "++-", "3 needed"},
        NeededCase{"Auto2", replicate(1, 2, quorum("auto")), "-+", "both or the first needed"},
        NeededCase{"Replica4", replicate(1, 4), "-++-", "3, or 2 with the first, needed"},
        NeededCase{"Arbiter", arbiter(1), "--+", "2 needed"},
        NeededCase{"OnlyArbiter", arbiter(1, quorum("none")), "--+", "one with data needed"},
        NeededCase{"Disperse", disperse(1), "---+++", "4 needed"},
        NeededCase{"Unknown", other(2), "--", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::admin
