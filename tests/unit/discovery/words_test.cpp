// Each verdict and each outcome has its own text in the table and its own word in JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "discovery/describe.hpp"
#include "discovery/explain.hpp"
#include "discovery/healthy.hpp"
#include "instances.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;
using ::testing::HasSubstr;

struct VerdictRow {
  Verdict verdict;
  const char* detail;
  const char* in_table;
  const char* in_json;
};
void PrintTo(const VerdictRow& row, std::ostream* out) {
  *out << row.in_table;
}

constexpr VerdictRow kVerdicts[] = {
    {Verdict::kServes, "", "serves it (0.5 ms)", "serves"},
    {Verdict::kAccepts, "", "accepts connections (0.5 ms)", "accepts"},
    {Verdict::kNotAsked, "", "not probed", "not-asked"},
    {Verdict::kNotAsked, "enough others", "not probed (enough others)", "not-asked"},
    {Verdict::kNoVolume, "", "has no such volume", "no-volume"},
    {Verdict::kNotStarted, "", "volume not started", "not-started"},
    {Verdict::kRefused, "connection refused", "refused (connection refused)", "refused"},
    {Verdict::kRefused, "", "refused", "refused"},
    {Verdict::kNoResponse, "no answer", "no response (no answer)", "silent"},
    {Verdict::kClosed, "", "closed the connection", "closed"},
    {Verdict::kBadReply, "\x1b[2J", "bad reply (\\x1b[2J)", "bad-reply"},
    {Verdict::kImpossible, "a resolves to ::1, a loopback address",
     "impossible address (a resolves to ::1, a loopback address)", "impossible-address"},
    {Verdict::kUntrusted, "port 24007 on this machine belongs to user 65534 (nobody)",
     "untrusted (port 24007 on this machine belongs to user 65534 (nobody))", "untrusted"},
};

class VerdictWords : public ::testing::TestWithParam<VerdictRow> {};

TEST_P(VerdictWords, MatchInTableAndJson) {
  const auto& row = GetParam();
  Plan plan;
  plan.candidates = {candidate("gl1", "10.0.0.1", row.verdict)};
  plan.candidates.front().probe.detail = row.detail;
  plan.order = {0};
  EXPECT_EQ(printable(describe_probe(plan.candidates.front().probe)), row.in_table);
  EXPECT_THAT(explain_table(plan, {}), HasSubstr(row.in_table));
  const auto json = nlohmann::json::parse(explain_json(plan, {}));
  EXPECT_EQ(json["instances"][0]["probe"]["verdict"], row.in_json);
}

INSTANTIATE_TEST_SUITE_P(All, VerdictWords, ::testing::ValuesIn(kVerdicts));

TEST(OutcomeWords, DifferForEachReasonToSkip) {
  std::set<std::string> reasons;
  constexpr std::array kOutcomes = {
      Outcome::kUsed,          Outcome::kImpossible,        Outcome::kNotAllowed,
      Outcome::kUnhealthy,     Outcome::kOtherRegistration, Outcome::kDuplicate,
      Outcome::kTooMany,       Outcome::kNoVolume,          Outcome::kOtherVolume,
      Outcome::kTooManyOnHost, Outcome::kOtherPort,         Outcome::kOtherBricks,
      Outcome::kOtherFamily,   Outcome::kOverLimit,         Outcome::kUntrusted,
      Outcome::kUnresolved,    Outcome::kUncompared,        Outcome::kNotStarted};
  for (const auto outcome : kOutcomes) {
    Plan plan;
    plan.candidates = {candidate("gl1", "10.0.0.1"), candidate("gl2", "10.0.0.2")};
    plan.candidates[1].outcome = outcome;
    plan.order = {0};
    const std::string reason =
        nlohmann::json::parse(explain_json(plan, {}))["instances"][1]["reason"];
    EXPECT_THAT(explain_table(plan, {}), HasSubstr(reason));
    reasons.insert(reason);
  }
  EXPECT_EQ(reasons.size(), kOutcomes.size());
}

TEST(HealthWords, MatchConsul) {
  using consul::Health;
  const auto warned = unhealthy(instance("gl1", "10.0.0.1"), Health::kWarning, "slow\nsecond line");
  EXPECT_EQ(describe_health(warned), "warning (Gluster peers: slow)");
  EXPECT_EQ(describe_health(unhealthy(instance("gl1", "10.0.0.1"), Health::kCritical, "")),
            "critical (Gluster peers)");
  auto cached = instance("gl2", "10.0.0.2");
  cached.health = Health::kUnknown;
  cached.checks.clear();
  EXPECT_EQ(describe_health(cached), "unknown");
  Plan plan;
  plan.candidates = {{warned, {}, Outcome::kUsed}, {cached, {}, Outcome::kUsed}};
  const auto json = nlohmann::json::parse(explain_json(plan, {}));
  EXPECT_EQ(json["instances"][0]["health"], "warning");
  EXPECT_EQ(json["instances"][0]["checks"][0]["status"], "passing");
  EXPECT_EQ(json["instances"][1]["health"], "unknown");
}

TEST(DescribeQuery, NamesServiceTagAndDatacenter) {
  consul::ServiceQuery query;
  query.service.name = "gluster";
  EXPECT_EQ(describe_query(query), "gluster");
  query.service.datacenter = "dc2";
  query.tags = {"ssd"};
  EXPECT_EQ(describe_query(query), "gluster with tag ssd in dc2");
  query = {};
  query.service = {consul::ServiceName::Kind::kPreparedQuery, "any", "", "", "", "", ""};
  EXPECT_EQ(describe_query(query), "query any");
}

}  // namespace
}  // namespace glusterconsul::discovery
