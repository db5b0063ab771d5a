#include "admin/service_definitions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "look.hpp"

namespace glusterconsul::admin {
namespace {

using nlohmann::json;

TEST(ServiceDefinitions, CallTheChecks) {
  const RegistrationSettings settings;
  const auto wanted = wanted_instances(healthy({"g0", "my_data"}), {}, settings);
  const auto text = service_definitions(wanted, settings, "");
  EXPECT_TRUE(text.ends_with("}\n"));
  const auto services = json::parse(text)["services"];
  ASSERT_EQ(services.size(), 3U);
  EXPECT_EQ(services[0], json::parse(R"({
    "id": "gluster", "name": "gluster", "port": 24007, "meta": {"gluster_uuid": "uuid-of-gl1"},
    "checks": [{"id": "service:gluster", "name": "glusterd and its peers",
                "args": ["glusterconsul", "check", "server"],
                "interval": "10s", "timeout": "5s"}]})"));
  EXPECT_EQ(services[1]["tags"], json::parse(R"(["g0"])"));
  EXPECT_EQ(services[1]["checks"][0]["args"],
            json::parse(R"(["glusterconsul", "check", "volume", "g0"])"));
  EXPECT_EQ(services[1]["meta"]["gluster_volume"], "g0");
  EXPECT_FALSE(services[2].contains("tags"));
}

TEST(ServiceDefinitions, HaveTheAddress) {
  const RegistrationSettings settings{.address = "10.0.0.1", .port = 24008};
  const auto wanted = wanted_instances(healthy({"g0"}), {}, settings);
  const auto services = json::parse(service_definitions(wanted, settings, "10.0.0.1:24008"));
  const auto& volume = services["services"][1];
  EXPECT_EQ(volume["address"], "10.0.0.1");
  EXPECT_EQ(volume["port"], 24008);
  EXPECT_EQ(volume["checks"][0]["args"], json::parse(R"(["glusterconsul", "check", "volume", "g0",
                            "--address", "10.0.0.1:24008"])"));
}

TEST(ServiceDefinitions, HaveThePolicy) {
  const RegistrationSettings settings{.server = {.alone = CheckStatus::kWarning},
                                      .volume = {.partial = CheckStatus::kCritical}};
  const auto wanted = wanted_instances(healthy({"g0"}), {}, settings);
  const auto services = json::parse(service_definitions(wanted, settings, ""))["services"];
  EXPECT_EQ(services[0]["checks"][0]["args"],
            json::parse(R"(["glusterconsul", "check", "server", "--alone", "warning"])"));
  EXPECT_EQ(services[1]["checks"][0]["args"],
            json::parse(R"(["glusterconsul", "check", "volume", "g0", "--partial", "critical"])"));
}

TEST(ServiceDefinitions, AreNotTakenForRegistrations) {
  const RegistrationSettings settings;
  const auto wanted = wanted_instances(healthy({"g0"}), {}, settings);
  const auto services = json::parse(service_definitions(wanted, settings, ""));
  for (const auto& service : services["services"]) {
    EXPECT_FALSE(service["meta"].contains(kOwnMeta));
  }
}

}  // namespace
}  // namespace glusterconsul::admin
