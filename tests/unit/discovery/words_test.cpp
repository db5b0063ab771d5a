// Every verdict and every outcome has words of its own, for a person and for a program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "discovery/explain.hpp"
#include "discovery/healthy.hpp"
#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;
using ::testing::HasSubstr;

struct VerdictRow {
  Verdict verdict;
  const char* detail;
  const char* for_a_person;
  const char* for_a_program;
};
void PrintTo(const VerdictRow& row, std::ostream* out) {
  *out << row.for_a_person;
}

constexpr VerdictRow kVerdicts[] = {
    {Verdict::kServes, "", "serves it (0.5 ms)", "serves"},
    {Verdict::kAccepts, "", "accepts connections (0.5 ms)", "accepts"},
    {Verdict::kNotAsked, "", "not asked", "not-asked"},
    {Verdict::kNotAsked, "enough others", "not waited for (enough others)", "not-asked"},
    {Verdict::kNoVolume, "", "has no such volume", "no-volume"},
    {Verdict::kRefused, "connection refused", "refused (connection refused)", "refused"},
    {Verdict::kRefused, "", "refused", "refused"},
    {Verdict::kNoResponse, "no answer", "no response (no answer)", "silent"},
    {Verdict::kClosed, "", "closed the connection", "closed"},
    {Verdict::kBadReply, "\x1b[2J", "bad reply (\\x1b[2J)", "bad-reply"},
    {Verdict::kImpossible, "a resolves to ::1, a loopback address",
     "impossible address (a resolves to ::1, a loopback address)", "impossible-address"},
    {Verdict::kUntrusted, "24007 on this machine belongs to user 65534 (nobody)",
     "untrusted (24007 on this machine belongs to user 65534 (nobody))", "untrusted"},
};

class VerdictWords : public ::testing::TestWithParam<VerdictRow> {};

TEST_P(VerdictWords, AreTheSameInTheTableAndFixedInJson) {
  const auto& row = GetParam();
  Plan plan;
  plan.candidates = {candidate("gl1", "10.0.0.1", row.verdict)};
  plan.candidates.front().probe.detail = row.detail;
  plan.order = {0};
  EXPECT_EQ(describe_probe(plan.candidates.front().probe), row.for_a_person);
  EXPECT_THAT(explain_table(plan, {}), HasSubstr(row.for_a_person));
  const auto json = nlohmann::json::parse(explain_json(plan, {}));
  EXPECT_EQ(json["instances"][0]["probe"]["verdict"], row.for_a_program);
}

INSTANTIATE_TEST_SUITE_P(All, VerdictWords, ::testing::ValuesIn(kVerdicts));

TEST(FateWords, DifferForEachReasonToLeaveAnInstanceOut) {
  std::set<std::string> reasons;
  constexpr std::array kOutcomes = {
      Outcome::kUsed,          Outcome::kImpossible, Outcome::kNotAllowed,  Outcome::kUnhealthy,
      Outcome::kDuplicate,     Outcome::kTooMany,    Outcome::kNoVolume,    Outcome::kOtherVolume,
      Outcome::kTooManyOnHost, Outcome::kOtherPort,  Outcome::kOtherBricks, Outcome::kOtherFamily,
      Outcome::kOverLimit,     Outcome::kUntrusted,  Outcome::kUnresolved};
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

TEST(HealthWords, AreConsulsOwn) {
  using consul::Health;
  const auto warned = unhealthy(instance("gl1", "10.0.0.1"), Health::kWarning, "slow\nsecond line");
  EXPECT_EQ(describe_health(warned), "warning (Gluster peers: slow)");
  EXPECT_EQ(describe_health(unhealthy(instance("gl1", "10.0.0.1"), Health::kCritical, "")),
            "critical (Gluster peers)");
  Plan plan;
  plan.candidates = {{warned, {}, Outcome::kUsed}};
  const auto json = nlohmann::json::parse(explain_json(plan, {}));
  EXPECT_EQ(json["instances"][0]["health"], "warning");
  EXPECT_EQ(json["instances"][0]["checks"][0]["status"], "passing");
}

}  // namespace
}  // namespace glusterconsul::discovery
