#include "consul/agent_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace glusterconsul::consul {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// As Consul 1.8.7 sends it, with a member of a newer version.
constexpr const char* kServices = R"({
  "gluster": {"ID": "gluster", "Service": "gluster", "Tags": [], "Meta": {"glusterconsul": "1"},
              "Port": 24007, "Address": "", "Weights": {"Passing": 1, "Warning": 1},
              "EnableTagOverride": false, "Datacenter": "dc1"},
  "web": {"ID": "web", "Service": "www", "Tags": ["a", "b"], "Meta": null, "Port": 0,
          "Address": "10.0.0.1"}})";

TEST(AgentService, ParsesServices) {
  const auto services = parse_agent_services(kServices);
  ASSERT_TRUE(services);
  ASSERT_EQ(services->size(), 2U);
  EXPECT_EQ((*services)[0], (AgentService{.id = "gluster",
                                          .name = "gluster",
                                          .tags = {},
                                          .meta = {{"glusterconsul", "1"}},
                                          .address = "",
                                          .port = 24007}));
  EXPECT_EQ((*services)[1].name, "www");
  EXPECT_THAT((*services)[1].tags, ElementsAre("a", "b"));
  EXPECT_THAT((*services)[1].meta, IsEmpty());
  EXPECT_EQ((*services)[1].address, "10.0.0.1");
}

TEST(AgentService, SkipsEntriesThatAreNotServices) {
  const auto services = parse_agent_services(
      R"({"a": 1, "b": null, "c": {"Service": "no-id"}, "d": {"ID": 5}, "e": {"ID": "e"}})");
  ASSERT_TRUE(services);
  ASSERT_EQ(services->size(), 1U);
  EXPECT_EQ(services->front().id, "e");
}

TEST(AgentService, IgnoresMembersOfAnotherType) {
  const auto services = parse_agent_services(
      R"({"a": {"ID": "a", "Service": 1, "Tags": "x", "Meta": ["m"], "Port": 65536},
          "b": {"ID": "b", "Tags": [1, "t"], "Meta": {"k": 1, "l": "v"}, "Port": -1}})");
  ASSERT_TRUE(services);
  EXPECT_EQ((*services)[0], (AgentService{.id = "a"}));
  EXPECT_EQ((*services)[1], (AgentService{.id = "b", .tags = {"t"}, .meta = {{"l", "v"}}}));
}

TEST(AgentService, RejectsOtherReplies) {
  for (const auto* body : {"", "[]", "null", "{", R"("x")", "1"}) {
    const auto services = parse_agent_services(body);
    ASSERT_FALSE(services) << body;
    EXPECT_EQ(services.error().code, ErrorCode::kBadReply) << body;
    EXPECT_FALSE(parse_agent_checks(body)) << body;
  }
}

TEST(AgentService, ParsesChecks) {
  const auto checks = parse_agent_checks(R"({
    "service:gluster": {"Node": "gl1", "CheckID": "service:gluster", "Name": "glusterd",
      "Status": "passing", "Notes": "n", "Output": "o", "ServiceID": "gluster", "Type": "ttl"},
    "_node_maintenance": {"CheckID": "_node_maintenance", "Status": "critical"}})");
  ASSERT_TRUE(checks);
  ASSERT_EQ(checks->size(), 2U);
  EXPECT_EQ((*checks)[1], (AgentCheck{.id = "service:gluster",
                                      .service_id = "gluster",
                                      .status = "passing",
                                      .output = "o",
                                      .notes = "n"}));
}

TEST(AgentService, RecognizesMaintenance) {
  const std::vector<AgentCheck> checks = {{.id = "_service_maintenance:gluster:g0"},
                                          {.id = "_node_maintenance"}};
  EXPECT_TRUE(is_in_maintenance(checks, "gluster:g0"));
  EXPECT_FALSE(is_in_maintenance(checks, "gluster"));
  EXPECT_TRUE(is_in_maintenance(checks, ""));
  EXPECT_FALSE(is_in_maintenance({}, ""));
}

TEST(AgentService, RegistersOneServiceWithItsCheck) {
  const ServiceRegistration registration{.service = {.id = "gluster:g0",
                                                     .name = "gluster",
                                                     .tags = {"g0"},
                                                     .meta = {{"glusterconsul", "1"}},
                                                     .address = "10.0.0.1",
                                                     .port = 24007},
                                         .check_name = "volume g0",
                                         .check_notes = "notes",
                                         .ttl = std::chrono::milliseconds(30000),
                                         .check_status = "warning"};
  EXPECT_EQ(json::parse(register_body(registration)), json::parse(R"({
    "ID": "gluster:g0", "Name": "gluster", "Tags": ["g0"], "Meta": {"glusterconsul": "1"},
    "Address": "10.0.0.1", "Port": 24007,
    "Check": {"CheckID": "service:gluster:g0", "Name": "volume g0", "Notes": "notes",
              "TTL": "30000ms", "Status": "warning"}})"));
}

TEST(AgentService, RegistersTheAddressOfTheNodeByDefault) {
  EXPECT_FALSE(json::parse(register_body({.service = {.id = "a"}})).contains("Address"));
}

TEST(AgentService, ReplacesBytesThatAreNotText) {
  const auto body = update_body("passing", "a\xff\"\n");
  EXPECT_EQ(json::parse(body)["Output"], "a\xef\xbf\xbd\"\n");
  EXPECT_THAT(register_body({.service = {.id = "\xff"}}), HasSubstr("\xef\xbf\xbd"));
}

}  // namespace
}  // namespace glusterconsul::consul
