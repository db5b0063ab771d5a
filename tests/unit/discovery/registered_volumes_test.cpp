#include "discovery/registered_volumes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using consul::Health;
using consul::Instance;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kId = "00000000-0000-1111-2222-333344445555";
constexpr const char* kOtherId = "11111111-0000-1111-2222-333344445555";

/// "gl1 gluster:g0 critical", with the number of checks if it was merged.
std::string summary(const Instance& instance) {
  const char* health = instance.health == Health::kPassing   ? "passing"
                       : instance.health == Health::kWarning ? "warning"
                                                             : "critical";
  auto text = instance.node + " " + instance.service_id + " " + health;
  if (instance.checks.size() > 2) text += " merged";
  return text;
}

std::vector<std::string> summaries(const std::vector<Instance>& instances) {
  std::vector<std::string> list;
  for (const auto& each : instances) list.push_back(summary(each));
  return list;
}

Instance server(int number, Health health = Health::kPassing) {
  const auto n = std::to_string(number);
  auto made = instance("gl" + n, "10.0.0." + n);
  return unhealthy(made, health, "server");
}

Instance volume(int number, const std::string& name, Health health = Health::kPassing) {
  const auto n = std::to_string(number);
  auto made = of_volume(instance("gl" + n, "10.0.0." + n), name, kId);
  made.health = health;
  made.checks.front().status = health;
  return made;
}

struct MergedRow {
  const char* row;
  std::vector<Instance> instances;
  std::vector<std::string> kept;
};
void PrintTo(const MergedRow& row, std::ostream* out) {
  *out << row.row;
}
class ForG0 : public ::testing::TestWithParam<MergedRow> {};

TEST_P(ForG0, KeepsOneInstanceForEachServer) {
  const auto result = instances_for_volume(GetParam().instances, "g0", "gluster", {});
  EXPECT_FALSE(result.problem) << result.problem->message;
  EXPECT_EQ(summaries(result.instances), GetParam().kept);
}

INSTANTIATE_TEST_SUITE_P(
    RegisteredVolumes, ForG0,
    ::testing::Values(
        MergedRow{"NothingRegistered",
                  {server(1), server(1)},
                  {"gl1 gluster passing", "gl1 gluster passing"}},
        MergedRow{
            "ServerAndVolume", {server(1), volume(1, "g0")}, {"gl1 gluster:g0 passing merged"}},
        MergedRow{
            "VolumeBeforeServer", {volume(1, "g0"), server(1)}, {"gl1 gluster:g0 passing merged"}},
        MergedRow{"VolumeWithoutServer", {volume(1, "g0")}, {"gl1 gluster:g0 passing"}},
        MergedRow{"ServerCritical",
                  {server(1, Health::kCritical), volume(1, "g0")},
                  {"gl1 gluster:g0 critical merged"}},
        MergedRow{"VolumeCritical",
                  {server(1), volume(1, "g0", Health::kCritical)},
                  {"gl1 gluster:g0 critical merged"}},
        MergedRow{"VolumeWarningServerCritical",
                  {server(1, Health::kCritical), volume(1, "g0", Health::kWarning)},
                  {"gl1 gluster:g0 critical merged"}},
        MergedRow{"OtherVolumeCritical",
                  {server(1), volume(1, "g0"), volume(1, "g1", Health::kCritical)},
                  {"gl1 gluster:g0 passing merged"}},
        MergedRow{"OrderOfServersIsKept",
                  {server(2), volume(2, "g0"), volume(2, "g1"), server(1), volume(1, "g0")},
                  {"gl2 gluster:g0 passing merged", "gl1 gluster:g0 passing merged"}},
        MergedRow{"VolumeNotYetRegistered",
                  {server(1), volume(1, "g1"), server(2)},
                  {"gl1 gluster passing", "gl2 gluster passing"}},
        MergedRow{"PlainServerBesideRegisteredOne",
                  {server(1), server(2), volume(2, "g0")},
                  {"gl1 gluster passing", "gl2 gluster:g0 passing merged"}},
        MergedRow{"OnlyOtherVolumesOnOneServer",
                  {volume(1, "g1"), volume(1, "g2"), server(2), volume(2, "g0")},
                  {"gl2 gluster:g0 passing merged", "gl1 gluster:g1 passing"}}),
    [](const auto& row) { return row.param.row; });

TEST(RegisteredVolumes, AnotherNodeAtTheSameAddressIsNotMerged) {
  auto stale = server(1, Health::kCritical);
  stale.node = "stale";
  const auto result = instances_for_volume({stale, volume(1, "g0")}, "g0", "gluster", {});
  EXPECT_THAT(summaries(result.instances),
              ElementsAre("stale gluster critical", "gl1 gluster:g0 passing"));
}

TEST(RegisteredVolumes, ShowsChecksOfTheVolumeFirst) {
  const auto result = instances_for_volume(
      {server(1, Health::kCritical), volume(1, "g0", Health::kCritical)}, "g0", "gluster", {});
  ASSERT_THAT(result.instances, SizeIs(1));
  EXPECT_EQ(result.instances[0].checks.front().id, "volume");
}

TEST(RegisteredVolumes, ChecksOfTheNodeAreListedOnce) {
  const consul::Check node{"serfHealth", "Serf", Health::kPassing, "alive"};
  auto own = server(1);
  auto its = volume(1, "g0");
  own.checks.push_back(node);
  its.checks.push_back(node);
  const auto checks = instances_for_volume({own, its}, "g0", "gluster", {}).instances[0].checks;
  EXPECT_EQ(std::count(checks.begin(), checks.end(), node), 1);
  EXPECT_EQ(checks.size(), own.checks.size() + its.checks.size() - 1);
}

TEST(RegisteredVolumes, WeightIsThatOfTheWorseHealth) {
  auto own = server(1, Health::kWarning);
  own.weight = 3;
  auto its = volume(1, "g0");
  its.weight = 7;
  EXPECT_EQ(instances_for_volume({own, its}, "g0", "gluster", {}).instances[0].weight, 3U);
  own.health = Health::kPassing;
  EXPECT_EQ(instances_for_volume({own, its}, "g0", "gluster", {}).instances[0].weight, 7U);
}

TEST(RegisteredVolumes, ListsVolumesOnce) {
  const auto result = instances_for_volume(
      {server(1), volume(1, "g1"), volume(1, "g0"), volume(2, "g1")}, "g0", "gluster", {});
  EXPECT_THAT(result.volumes, ElementsAre("g0", "g1"));
  EXPECT_TRUE(result.is_registered);
  EXPECT_FALSE(
      instances_for_volume({server(1), volume(1, "g1")}, "g0", "gluster", {}).is_registered);
}

Instance with_id(Instance made, const std::string& id) {
  made.volume.id = id;
  return made;
}

TEST(RegisteredVolumes, TwoIdsAreAnErrorThatNamesBoth) {
  const std::vector<Instance> two = {server(1), volume(1, "g0"), server(4),
                                     with_id(volume(4, "g0"), kOtherId)};
  const auto result = instances_for_volume(two, "g0", "gluster", {});
  ASSERT_TRUE(result.problem);
  EXPECT_EQ(result.problem->code, ErrorCode::kAmbiguous);
  EXPECT_EQ(result.problem->message,
            "2 different volumes named 'g0' are registered for gluster: "
            "00000000-0000-1111-2222-333344445555 on gl1; 11111111-0000-1111-2222-333344445555 on "
            "gl4");
  EXPECT_EQ(result.problem->hint,
            "choose one with -o 'consul-filter=Service.Meta.gluster_volume_id == "
            "`00000000-0000-1111-2222-333344445555`', with "
            "consul-allow=, or register one of them under another service");
}

TEST(RegisteredVolumes, TwoIdsAreAnErrorWhateverTheirHealth) {
  const auto result =
      instances_for_volume({volume(1, "g0"), with_id(volume(4, "g0", Health::kCritical), kOtherId)},
                           "g0", "gluster", {});
  EXPECT_TRUE(result.problem);
}

TEST(RegisteredVolumes, IdsThatDoNotCount) {
  AllowedHosts allowed;
  ASSERT_TRUE(allowed.add("10.0.0.1"));
  auto local = with_id(volume(4, "g0"), kOtherId);
  local.host = *Host::parse("127.0.0.1");
  const auto no_problem = [&](const Instance& other, const AllowedHosts& accepted) {
    return !instances_for_volume({volume(1, "g0"), other}, "g0", "gluster", accepted).problem;
  };
  EXPECT_TRUE(no_problem(with_id(volume(4, "g0"), kOtherId), allowed)) << "consul-allow";
  EXPECT_TRUE(no_problem(local, {})) << "impossible address";
  EXPECT_TRUE(no_problem(with_id(volume(4, "g0"), ""), {})) << "no ID";
  EXPECT_TRUE(no_problem(with_id(volume(4, "g0"), "`';touch /tmp/x;'`"), {})) << "not a UUID";
  EXPECT_TRUE(no_problem(with_id(volume(4, "g1"), kOtherId), {})) << "another volume";
}

TEST(RegisteredVolumes, NamesAtMostFourServersOfAnId) {
  std::vector<Instance> many;
  for (int i = 1; i <= 9; ++i) many.push_back(volume(i, "g0"));
  many.push_back(with_id(volume(10, "g0"), kOtherId));
  EXPECT_THAT(instances_for_volume(many, "g0", "gluster", {}).problem->message,
              HasSubstr("gl1, gl2, gl3, gl4, 5 more; "));
}

TEST(RegisteredVolumes, OnlyOtherVolumesIsAnErrorThatNamesThem) {
  const auto result =
      instances_for_volume({volume(1, "archive"), volume(1, "g1")}, "home", "gluster", {});
  ASSERT_TRUE(result.problem);
  EXPECT_EQ(result.problem->code, ErrorCode::kNotServed);
  EXPECT_EQ(result.problem->message, "no instance of gluster is registered for the volume 'home'");
  EXPECT_EQ(result.problem->hint, "registered volumes: archive, g1");
  EXPECT_EQ(summaries(result.instances), std::vector<std::string>{"gl1 gluster:archive passing"});
  EXPECT_EQ(instances_for_volume({volume(1, "archive")}, "archiv", "s", {}).problem->hint,
            "did you mean 'archive'?");
}

TEST(RegisteredVolumes, OneForEachServerPrefersTheServerItself) {
  EXPECT_THAT(summaries(one_for_each_server({volume(1, "g1", Health::kCritical), server(1),
                                             volume(1, "g0"), volume(2, "g1", Health::kCritical),
                                             volume(2, "g0"), server(3)})),
              ElementsAre("gl1 gluster passing", "gl2 gluster:g0 passing", "gl3 gluster passing"));
  EXPECT_THAT(one_for_each_server({server(1), server(1)}), SizeIs(2));
  EXPECT_THAT(one_for_each_server({}), IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::discovery
