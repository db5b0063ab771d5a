#include "admin/volume_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace glusterconsul::admin {
namespace {

using discovery::Candidate;
using discovery::Outcome;
using gluster::Verdict;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Candidate candidate(const std::string& address, Verdict verdict, std::vector<std::string> volumes,
                    Outcome outcome = Outcome::kUsed) {
  Candidate made{
      {"node", "gluster", *Host::parse(address), 24007, {}, "dc1", 1, consul::Health::kPassing, {}},
      {verdict, {}, verdict == Verdict::kRefused ? "Connection refused" : ""},
      outcome};
  made.probe.volumes = std::move(volumes);
  return made;
}

discovery::VolumeList list() {
  discovery::VolumeList made;
  made.service = "gluster";
  made.via = "Consul over HTTP";
  made.candidates = {candidate("10.0.0.1", Verdict::kServes, {"g0", "archive"}),
                     candidate("10.0.0.2", Verdict::kServes, {"g0"}),
                     candidate("10.0.0.3", Verdict::kRefused, {}),
                     candidate("10.0.0.4", Verdict::kNotAsked, {}, Outcome::kUnhealthy)};
  return made;
}

TEST(VolumeTable, ListsVolumesWithTheirServers) {
  EXPECT_THAT(volume_table(list()), AllOf(HasSubstr("gluster: 2 volumes on 2 servers\n"
                                                    "  archive  10.0.0.1:24007\n"
                                                    "  g0       10.0.0.1:24007, 10.0.0.2:24007\n"),
                                          HasSubstr("10.0.0.3:24007 did not list its volumes: "),
                                          Not(HasSubstr("10.0.0.4"))));
}

TEST(VolumeTable, ShowsWarnings) {
  auto warned = list();
  warned.warnings = {{"queried Consul over DNS", "start the agent"}};
  EXPECT_THAT(volume_table(warned),
              AllOf(HasSubstr("warning: queried Consul over DNS"), HasSubstr("start the agent")));
}

TEST(VolumeJson, HasEveryMember) {
  auto warned = list();
  warned.warnings = {{"one", ""}, {"two", "do it"}};
  warned.problem = Error{ErrorCode::kUnreachable, "none", ""};
  const auto json = nlohmann::json::parse(volume_json(warned));
  EXPECT_EQ(json["service"], "gluster");
  EXPECT_EQ(json["via"], "Consul over HTTP");
  EXPECT_EQ(json["warnings"], nlohmann::json({"one", "two (hint: do it)"}));
  EXPECT_EQ(json["volumes"][1]["name"], "g0");
  EXPECT_EQ(json["volumes"][1]["servers"], nlohmann::json({"10.0.0.1:24007", "10.0.0.2:24007"}));
  EXPECT_EQ(json["servers"][0]["state"], "listed");
  EXPECT_EQ(json["servers"][2]["state"], "failed");
  EXPECT_THAT(json["servers"][2]["detail"].get<std::string>(), HasSubstr("refused"));
  EXPECT_EQ(json["servers"][3]["state"], "not-asked");
  EXPECT_EQ(json["error"]["code"], "unreachable");
}

}  // namespace
}  // namespace glusterconsul::admin
