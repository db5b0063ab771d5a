#include "discovery/offered_volumes.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using gluster::Verdict;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Candidate offering(const std::string& address, std::vector<std::string> volumes) {
  auto made = candidate("node", address);
  made.probe.volumes = std::move(volumes);
  return made;
}

TEST(OfferedVolumes, AreSortedWithTheirServers) {
  EXPECT_THAT(offered_volumes({offering("10.0.0.1", {"g1", "g0", "g0"}), offering("10.0.0.2", {}),
                               offering("10.0.0.3", {"g0"})}),
              ElementsAre(OfferedVolume{"g0", {0, 2}}, OfferedVolume{"g1", {0}}));
  EXPECT_THAT(offered_volumes({}), IsEmpty());
}

std::string hint(const char* wanted, std::vector<std::string> names) {
  return offered_hint(wanted, offered_volumes({offering("10.0.0.1", std::move(names))}));
}

TEST(OfferedHint, IsTheClosestNameOrTheList) {
  EXPECT_EQ(hint("backup", {"g0", "backups"}), "did you mean 'backups'?");
  EXPECT_EQ(hint("nothing", {"g1", "g0"}), "these servers have: g0, g1");
  EXPECT_EQ(hint("nothing", {}), "");
  std::vector<std::string> many;
  for (int i = 0; i < 20; ++i) many.push_back(fmt::format("volume{:02}", i));
  EXPECT_THAT(hint("x", many), HasSubstr("volume07, and 12 more"));
}

class Consul final : public ConsulClient {
 public:
  Result<consul::LookupResult> answer = consul::LookupResult();
  Result<consul::LookupResult> ask_http(const consul::HttpSettings&, const consul::ServiceQuery&,
                                        const Context&) override {
    return answer;
  }
  Result<consul::LookupResult> ask_dns(const consul::DnsSettings&, const consul::ServiceQuery&,
                                       const Context&) override {
    return fail(ErrorCode::kBug, "must not be queried");
  }
};

class ListVolumes : public ::testing::Test {
 protected:
  ListVolumes() {
    settings.http.emplace();
    settings.servers = 1;
    settings.timeout = 5s;
    query.service.name = "gluster";
    consul_client.answer->instances = {
        instance("gl1", "10.0.0.1"), instance("gl2", "10.0.0.2"),
        unhealthy(instance("gl3", "10.0.0.3"), consul::Health::kCritical, "down")};
  }
  VolumeList list() {
    const Prober prober = [this](std::span<const Endpoint> servers, const gluster::VolumePath&,
                                 const gluster::ProbeSettings& asked_with, const Context&) {
      asked = servers.size();
      EXPECT_EQ(asked_with.question, gluster::ProbeQuestion::kVolumes);
      EXPECT_GT(asked_with.enough, servers.size());
      return results;
    };
    const Report report("test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                        [](std::string_view) {});
    return list_volumes(consul_client, prober,
                        {.settings = settings,
                         .query = query,
                         .path = path,
                         .machine_id = "machine",
                         .probe_timeout = 1s,
                         .cached = std::nullopt,
                         .wall_now = WallClock::now()},
                        {Deadline::after(10s), cancel, report});
  }

  Consul consul_client;
  config::Settings settings;
  consul::ServiceQuery query;
  gluster::VolumePath path = *gluster::parse_volume_path("/unused");
  std::vector<gluster::ProbeResult> results = {probed(Verdict::kServes), probed(Verdict::kRefused)};
  std::size_t asked = 0;
  Cancel cancel;
};

TEST_F(ListVolumes, AsksEachHealthyServer) {
  results[0].volumes = {"g0"};
  const auto listed = list();
  EXPECT_FALSE(listed.problem) << listed.problem->message;
  EXPECT_EQ(asked, 2U);
  EXPECT_EQ(listed.via, "Consul over HTTP");
  EXPECT_THAT(listed.candidates, SizeIs(3));
  EXPECT_THAT(offered_volumes(listed.candidates), ElementsAre(OfferedVolume{"g0", {0}}));
}

TEST_F(ListVolumes, AsksEachRegisteredServerOnce) {
  auto& instances = consul_client.answer->instances;
  for (const auto& server : std::vector(instances)) {
    instances.push_back(of_volume(server, "g0"));
    instances.push_back(
        unhealthy(of_volume(server, "g1"), consul::Health::kCritical, "not started"));
  }
  const auto listed = list();
  EXPECT_FALSE(listed.problem) << listed.problem->message;
  EXPECT_EQ(asked, 2U);
  EXPECT_THAT(listed.candidates, SizeIs(3));
}

TEST_F(ListVolumes, FailsIfNoServerAnswers) {
  results = {probed(Verdict::kNoResponse), probed(Verdict::kRefused)};
  const auto listed = list();
  ASSERT_TRUE(listed.problem);
  EXPECT_EQ(listed.problem->code, ErrorCode::kUnreachable);
  EXPECT_THAT(listed.problem->message, HasSubstr("10.0.0.2:24007"));
}

TEST_F(ListVolumes, FailsIfInterrupted) {
  cancel.request();
  EXPECT_EQ(list().problem->code, ErrorCode::kInterrupted);
}

TEST_F(ListVolumes, FailsIfNobodyIsHealthyOrConsulFails) {
  consul_client.answer->instances.erase(consul_client.answer->instances.begin(),
                                        consul_client.answer->instances.begin() + 2);
  EXPECT_EQ(list().problem->code, ErrorCode::kUnhealthy);
  consul_client.answer = fail(ErrorCode::kDenied, "403");
  EXPECT_EQ(list().problem->code, ErrorCode::kDenied);
}

}  // namespace
}  // namespace glusterconsul::discovery
