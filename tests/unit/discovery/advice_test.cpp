#include "discovery/advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Plan plan_of(Verdict first, Verdict second, const std::string& detail) {
  Plan plan;
  plan.channel = consul::Channel::kHttp;
  plan.candidates = {candidate("gl1", "10.0.0.1", first), candidate("gl2", "10.0.0.2", second)};
  for (auto& each : plan.candidates) each.probe.detail = detail;
  plan.order = {0, 1};
  return plan;
}

TEST(AdviceOnServers, SuspectsFirewallIfChecksPass) {
  auto plan = plan_of(Verdict::kNoResponse, Verdict::kRefused, "no connection within 1s");
  EXPECT_THAT(advice_on_servers(plan).hint, AllOf(HasSubstr("checks in Consul pass"),
                                                  HasSubstr("firewall"), HasSubstr("24007/tcp")));
  plan.candidates[1].instance.health = consul::Health::kCritical;  // consul-health=any
  EXPECT_THAT(
      advice_on_servers(plan).hint,
      AllOf(Not(HasSubstr("pass")), HasSubstr("glusterd is running"), HasSubstr("firewall")));
  plan.candidates[1].instance.health = consul::Health::kPassing;
  plan.channel = consul::Channel::kDns;  // knows no checks
  EXPECT_THAT(advice_on_servers(plan).hint, Not(HasSubstr("pass")));
}

TEST(AdviceOnServers, DependsOnHowAllFailed) {
  const auto hangs = advice_on_servers(
      plan_of(Verdict::kNoResponse, Verdict::kNoResponse, "connected, but no answer within 1s"));
  EXPECT_EQ(hangs.cause, "glusterd on the servers does not respond");
  EXPECT_THAT(hangs.hint, HasSubstr("restart it"));
  const auto closes = advice_on_servers(plan_of(Verdict::kClosed, Verdict::kClosed, ""));
  EXPECT_EQ(closes.cause, "glusterd on the servers closes connections without an answer");
  EXPECT_THAT(closes.hint, HasSubstr("secure-access"));
  EXPECT_EQ(advice_on_servers(plan_of(Verdict::kRefused, Verdict::kRefused, "")).cause,
            "connections to port 24007 of the servers are refused");
  EXPECT_EQ(
      advice_on_servers(plan_of(Verdict::kRefused, Verdict::kNoResponse, "no connection")).cause,
      "no connection to port 24007 of the servers");
  for (const auto& plan : {plan_of(Verdict::kClosed, Verdict::kBadReply, ""), Plan()}) {
    EXPECT_EQ(advice_on_servers(plan).cause, "");
    EXPECT_EQ(advice_on_servers(plan).hint, "");
  }
}

}  // namespace
}  // namespace glusterconsul::discovery
