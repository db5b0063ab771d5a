#include "discovery/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

Plan example_plan() {
  Plan plan;
  plan.service = "gluster";
  plan.via = "Consul over HTTP";
  plan.candidates = {candidate("gl1", "10.0.0.1", Verdict::kNoResponse, 0),
                     candidate("gl2", "10.0.0.2", Verdict::kServes, 800),
                     candidate("gl3", "10.0.0.3")};
  plan.candidates[2].instance = unhealthy(plan.candidates[2].instance, consul::Health::kCritical,
                                          "\x1b[31mconnection refused\nsecond line");
  plan.candidates[2].outcome = Outcome::kUnhealthy;
  plan.order = {1, 0};
  return plan;
}

TEST(ExplainTable, ShowsInstancesWithPlaceAndReason) {
  const auto text = explain_table(example_plan(), {"/usr/sbin/glusterfs", "/mnt/a b"});
  EXPECT_THAT(text,
              AllOf(ContainsRegex("1 +gl2 +10.0.0.2:24007 +passing +serves it .0.8 ms. +primary"),
                    ContainsRegex("2 +gl1 +10.0.0.1:24007 +passing +no response +backup"),
                    ContainsRegex("- +gl3 .*critical .*not probed +skipped: not healthy"),
                    HasSubstr("command: /usr/sbin/glusterfs '/mnt/a b'\n")));
}

TEST(ExplainTable, ShowsWhyOtherFamilyIsDemoted) {
  auto plan = example_plan();
  plan.candidates[0].instance.host = *Host::parse("fd77::1");
  plan.candidates[0].outcome = Outcome::kOtherFamily;
  EXPECT_THAT(
      explain_table(plan, {}),
      ContainsRegex("2 +gl1 +.fd77::1.:24007 .* demoted: the primary is reached over IPv4"));
  EXPECT_EQ(nlohmann::json::parse(explain_json(plan, {}))["instances"][0]["used"], false);
}

TEST(ExplainTable, ShowsInstanceIfVolumesAreRegistered) {
  auto plan = example_plan();
  EXPECT_THAT(explain_table(plan, {}), Not(HasSubstr("INSTANCE")));
  plan.candidates[1].instance = of_volume(plan.candidates[1].instance, "g0");
  const auto text = explain_table(plan, {});
  EXPECT_THAT(text, ContainsRegex("ADDRESS +INSTANCE +HEALTH"));
  EXPECT_THAT(text, ContainsRegex("1 +gl2 +10.0.0.2:24007 +gluster:g0 +passing"));
  EXPECT_THAT(text, ContainsRegex("2 +gl1 +10.0.0.1:24007 +gluster +passing"));
  EXPECT_EQ(nlohmann::json::parse(explain_json(plan, {}))["instances"][1]["volume"], "g0");
  EXPECT_EQ(nlohmann::json::parse(explain_json(plan, {}))["instances"][0]["volume"], "");
}

TEST(ExplainTable, NamesIdOfDifferentVolume) {
  auto plan = example_plan();
  plan.candidates[1].instance = of_volume(plan.candidates[1].instance, "g0", "b5a1");
  plan.candidates[1].outcome = Outcome::kOtherVolume;
  EXPECT_THAT(explain_table(plan, {}), HasSubstr("rejected: servers have different volumes of that "
                                                 "name, this one with ID b5a1"));
}

TEST(ExplainTable, EscapesControlCharacters) {
  auto plan = example_plan();
  plan.candidates[1].instance.node = "evil\x1b]0;title\x07\n";
  plan.warnings = {{"line\r\nfake", "hint\nfake"}};
  const auto text = explain_table(plan, {"x\x1b[2J"});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || static_cast<unsigned char>(c) >= 0x20;
  })) << text;
}

TEST(ExplainTable, OmitsChannelIfConsulDidNotRespond) {
  Plan plan;
  plan.service = "gluster";
  EXPECT_THAT(explain_table(plan, {}), HasSubstr("gluster: 0 instances\n"));
}

TEST(ExplainTable, ShowsInstancesAfterFailure) {
  auto plan = example_plan();
  plan.order.clear();
  for (auto& one : plan.candidates) one.outcome = Outcome::kUnhealthy;
  const auto text = explain_table(plan, {});
  EXPECT_THAT(text, Not(HasSubstr("command:")));
  EXPECT_THAT(text, HasSubstr("gl2"));
}

TEST(ExplainJson, IsValidJson) {
  auto plan = example_plan();
  plan.candidates[1].instance.tags = {"\xff not utf8"};
  const auto json = nlohmann::json::parse(explain_json(plan, {"glusterfs", "/mnt"}));
  EXPECT_EQ(json["servers"], nlohmann::json({"10.0.0.2", "10.0.0.1"}));
  EXPECT_EQ(json["port"], 24007);
  EXPECT_EQ(json["instances"][1]["place"], 1);
  EXPECT_EQ(json["instances"][1]["probe"]["verdict"], "serves");
  EXPECT_EQ(json["instances"][1]["probe"]["round_trip_ms"], 0.8);
  EXPECT_EQ(json["instances"][2]["used"], false);
  EXPECT_EQ(json["instances"][2]["checks"][1]["status"], "critical");
  EXPECT_EQ(json["command"][1], "/mnt");
}

TEST(ExplainJson, EscapesControlCharacters) {
  auto plan = example_plan();
  // ESC, DEL, a C1 control (CSI), a bidirectional override.
  const std::string evil =
      "\x1b]0;t\x07\x7f\xc2\x9b"
      "2J\xe2\x80\xae";
  plan.candidates[1].instance.node = evil;
  plan.candidates[1].instance.checks = {{"id", evil, consul::Health::kPassing, evil}};
  const auto text = explain_json(plan, {});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || (c >= 0x20 && c < 0x7f);
  })) << text;
  EXPECT_EQ(nlohmann::json::parse(text)["instances"][1]["node"], evil);
}

TEST(ExplainJson, PortIsNullAfterFailure) {
  auto plan = example_plan();
  plan.order.clear();
  EXPECT_TRUE(nlohmann::json::parse(explain_json(plan, {}))["port"].is_null());
}

}  // namespace
}  // namespace glusterconsul::discovery
