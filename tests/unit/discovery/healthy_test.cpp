#include "discovery/healthy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using consul::Health;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Outcome> outcomes(const Healthy& healthy) {
  std::vector<Outcome> list;
  for (const auto& candidate : healthy.candidates) list.push_back(candidate.outcome);
  return list;
}

std::vector<consul::Instance> one_of_each() {
  return {instance("gl1", "10.0.0.1"),
          unhealthy(instance("gl2", "10.0.0.2"), Health::kWarning, "slow"),
          unhealthy(instance("gl3", "10.0.0.3"), Health::kCritical, "refused")};
}

TEST(Healthy, PassingKeepsOnlyPassing) {
  const auto healthy = keep_healthy(one_of_each(), config::HealthPolicy::kPassing, "gluster");
  EXPECT_THAT(outcomes(healthy),
              ElementsAre(Outcome::kUsed, Outcome::kUnhealthy, Outcome::kUnhealthy));
  EXPECT_EQ(healthy.warning, std::nullopt);
  EXPECT_FALSE(healthy.problem);
}

TEST(Healthy, PassingFallsBackToWarningAndWarns) {
  auto instances = one_of_each();
  instances.erase(instances.begin());
  const auto healthy = keep_healthy(instances, config::HealthPolicy::kPassing, "gluster");
  EXPECT_THAT(outcomes(healthy), ElementsAre(Outcome::kUsed, Outcome::kUnhealthy));
  ASSERT_TRUE(healthy.warning.has_value());
  EXPECT_THAT(healthy.warning->message,
              AllOf(HasSubstr("gl2 is warning"), HasSubstr("slow"), Not(HasSubstr("critical"))));
}

TEST(Healthy, WarningAndAnyKeepMore) {
  EXPECT_THAT(outcomes(keep_healthy(one_of_each(), config::HealthPolicy::kWarning, "gluster")),
              ElementsAre(Outcome::kUsed, Outcome::kUsed, Outcome::kUnhealthy));
  EXPECT_THAT(outcomes(keep_healthy(one_of_each(), config::HealthPolicy::kAny, "gluster")),
              ElementsAre(Outcome::kUsed, Outcome::kUsed, Outcome::kUsed));
}

TEST(Healthy, ErrorNamesFailingChecks) {
  const auto healthy =
      keep_healthy({unhealthy(instance("gl1", "10.0.0.1"), Health::kCritical,
                              "dial tcp 10.0.0.1:24007: connect: connection refused\nmore"),
                    unhealthy(instance("gl2", "10.0.0.2"), Health::kCritical, "no peers")},
                   config::HealthPolicy::kPassing, "gluster in dc1");
  ASSERT_TRUE(healthy.problem);
  EXPECT_EQ(healthy.problem->code, ErrorCode::kUnhealthy);
  EXPECT_THAT(
      healthy.problem->message,
      AllOf(HasSubstr("no healthy instance of gluster in dc1: gl1 is critical (Gluster peers: "
                      "dial tcp 10.0.0.1:24007: connect: connection refused), gl2 is "
                      "critical (Gluster peers: no peers)"),
            Not(HasSubstr("more"))));
}

TEST(Healthy, UsesInstanceOfUnknownHealthWithoutWarning) {
  auto unknown = instance("gl1", "10.0.0.1");
  unknown.health = Health::kUnknown;
  unknown.checks.clear();
  for (const auto policy : {config::HealthPolicy::kPassing, config::HealthPolicy::kWarning,
                            config::HealthPolicy::kAny}) {
    const auto healthy = keep_healthy({unknown}, policy, "gluster");
    EXPECT_FALSE(healthy.problem);
    EXPECT_FALSE(healthy.warning);
    EXPECT_EQ(healthy.candidates.front().outcome, Outcome::kUsed);
  }
}

TEST(Healthy, TruncatesCheckOutput) {
  const auto described = describe_health(unhealthy(instance("gl1", "10.0.0.1"), Health::kCritical,
                                                   "\x1b[2Jowned" + std::string(1000, 'x')));
  EXPECT_THAT(described, HasSubstr("\x1b[2Jowned"));
  EXPECT_LT(described.size(), 300U);
}

TEST(Healthy, ErrorNamesAtMostEightInstances) {
  std::vector<consul::Instance> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(unhealthy(instance("n" + std::to_string(i), "10.0.0.1"), Health::kCritical, ""));
  const auto healthy = keep_healthy(many, config::HealthPolicy::kPassing, "gluster");
  EXPECT_THAT(healthy.problem->message, HasSubstr("and 92 more"));
}

TEST(Healthy, SkipsDuplicateAndKeepsHealthier) {
  auto twice = std::vector{unhealthy(instance("old", "10.0.0.1"), Health::kWarning, "old"),
                           instance("new", "10.0.0.1"), instance("port", "10.0.0.1", 24008)};
  EXPECT_THAT(outcomes(keep_healthy(twice, config::HealthPolicy::kWarning, "gluster")),
              ElementsAre(Outcome::kDuplicate, Outcome::kUsed, Outcome::kUsed));
}

TEST(Healthy, EmptyListIsProblem) {
  EXPECT_TRUE(keep_healthy({}, config::HealthPolicy::kAny, "gluster").problem.has_value());
}

TEST(Healthy, InstanceOfAnotherVolumeDoesNotCount) {
  const auto other = of_volume(instance("gl2", "10.0.0.2"), "g1");
  const auto critical = unhealthy(instance("gl1", "10.0.0.1"), Health::kCritical, "refused");
  const auto healthy =
      keep_healthy({critical, other}, config::HealthPolicy::kPassing, "gluster", {}, "g0");
  EXPECT_THAT(outcomes(healthy), ElementsAre(Outcome::kUnhealthy, Outcome::kOtherRegistration));
  ASSERT_TRUE(healthy.problem);
  EXPECT_EQ(healthy.problem->code, ErrorCode::kUnhealthy);
  EXPECT_THAT(healthy.problem->message, Not(HasSubstr("gl2")));

  AllowedHosts allowed;
  ASSERT_TRUE(allowed.add("10.0.0.2"));
  const auto rejected =
      keep_healthy({critical, other}, config::HealthPolicy::kAny, "gluster", allowed, "g0");
  ASSERT_TRUE(rejected.problem);
  EXPECT_THAT(rejected.problem->message,
              AllOf(HasSubstr("gl1 (10.0.0.1 is not in consul-allow"), Not(HasSubstr("gl2"))));
}

struct AddressRow {
  const char* row;
  const char* allow;  ///< empty: not set
  const char* address;
  Outcome outcome;
};
void PrintTo(const AddressRow& row, std::ostream* out) {
  *out << row.row;
}
class ByAddress : public ::testing::TestWithParam<AddressRow> {};

TEST_P(ByAddress, KeepsOrSkipsInstance) {
  AllowedHosts allowed;
  if (*GetParam().allow != '\0') {
    ASSERT_TRUE(allowed.add("10.0.0.1"));
    ASSERT_TRUE(allowed.add(GetParam().allow));
  }
  const auto healthy =
      keep_healthy({instance("good", "10.0.0.1"), instance("judged", GetParam().address)},
                   config::HealthPolicy::kPassing, "gluster", allowed);
  EXPECT_FALSE(healthy.problem);
  EXPECT_THAT(outcomes(healthy), ElementsAre(Outcome::kUsed, GetParam().outcome));
}

INSTANTIATE_TEST_SUITE_P(
    Healthy, ByAddress,
    ::testing::Values(AddressRow{"AnyAddress", "", "10.9.0.1", Outcome::kUsed},
                      AddressRow{"AnyName", "", "gl9.example", Outcome::kUsed},
                      AddressRow{"Loopback", "", "127.0.0.1", Outcome::kImpossible},
                      AddressRow{"MappedLoopback", "", "::ffff:127.0.0.1", Outcome::kImpossible},
                      AddressRow{"Unspecified", "", "0.0.0.0", Outcome::kImpossible},
                      AddressRow{"Localhost", "", "localhost", Outcome::kImpossible},
                      AddressRow{"LoopbackAllowed", "127.0.0.0/8", "127.0.0.1", Outcome::kUsed},
                      AddressRow{"LocalhostAllowed", "localhost", "localhost", Outcome::kUsed},
                      AddressRow{"InNetwork", "10.9.0.0/16", "10.9.0.1", Outcome::kUsed},
                      AddressRow{"OutsideNetwork", "10.9.0.0/16", "10.8.0.1", Outcome::kNotAllowed},
                      AddressRow{"NameInDomain", "*.example", "gl9.example", Outcome::kUsed},
                      AddressRow{"NameOutsideDomain", "*.example", "gl9", Outcome::kNotAllowed},
                      AddressRow{"NameByNetwork", "0.0.0.0/0", "gl9", Outcome::kNotAllowed}),
    [](const auto& row) { return row.param.row; });

TEST(Healthy, SkippedInstanceDoesNotCountAsPassing) {
  const auto healthy =
      keep_healthy({instance("local", "127.0.0.1"),
                    unhealthy(instance("gl2", "10.0.0.2"), Health::kWarning, "slow")},
                   config::HealthPolicy::kPassing, "gluster");
  EXPECT_THAT(outcomes(healthy), ElementsAre(Outcome::kImpossible, Outcome::kUsed));
  ASSERT_TRUE(healthy.warning.has_value());
  EXPECT_THAT(healthy.warning->message, AllOf(HasSubstr("gl2"), Not(HasSubstr("local"))));
}

TEST(Healthy, ErrorNamesSkippedAddressesAndOption) {
  AllowedHosts allowed;
  ASSERT_TRUE(allowed.add("10.9.0.0/16"));
  const auto healthy = keep_healthy({instance("local", "127.0.0.1"), instance("gl2", "10.0.0.2")},
                                    config::HealthPolicy::kAny, "gluster", allowed);
  ASSERT_TRUE(healthy.problem);
  EXPECT_EQ(healthy.problem->code, ErrorCode::kNotAllowed);
  EXPECT_THAT(healthy.problem->message, AllOf(HasSubstr("local (127.0.0.1 is a loopback address)"),
                                              HasSubstr("gl2 (10.0.0.2 is not in consul-allow)")));
}

TEST(Healthy, ReportsUnhealthyIfOthersAreSkipped) {
  const auto healthy =
      keep_healthy({instance("local", "127.0.0.1"),
                    unhealthy(instance("gl2", "10.0.0.2"), Health::kCritical, "refused")},
                   config::HealthPolicy::kPassing, "gluster");
  ASSERT_TRUE(healthy.problem);
  EXPECT_EQ(healthy.problem->code, ErrorCode::kUnhealthy);
}

}  // namespace
}  // namespace glusterconsul::discovery
