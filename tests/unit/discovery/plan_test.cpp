#include "discovery/plan.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "discovery/describe.hpp"
#include "discovery/probe_limits.hpp"
#include "gluster/brick_hosts.hpp"
#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using gluster::Verdict;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class OneAnswer final : public ConsulClient {
 public:
  consul::LookupResult answer;
  bool down = false;
  Result<consul::LookupResult> by_dns = fail(ErrorCode::kBug, "must not be queried");
  Result<consul::LookupResult> ask_http(const consul::HttpSettings&, const consul::ServiceQuery&,
                                        const Context&) override {
    if (down) return fail(ErrorCode::kUnreachable, "connection refused");
    return answer;
  }
  Result<consul::LookupResult> ask_dns(const consul::DnsSettings&, const consul::ServiceQuery&,
                                       const Context&) override {
    return by_dns;
  }
};

class MakePlan : public ::testing::Test {
 protected:
  MakePlan() {
    settings.http.emplace();
    settings.servers = 8;
    settings.timeout = 5s;
    settings.order = config::Order::kConsul;
    query.service.name = "gluster";
    consul_client.answer.instances = {instance("gl1", "10.0.0.1"), instance("gl2", "10.0.0.2"),
                                      instance("gl3", "10.0.0.3")};
  }

  /// False after a failure.
  bool make() {
    const Prober prober = [this](std::span<const Endpoint> servers, const gluster::VolumePath&,
                                 const gluster::ProbeSettings& probe_settings, const Context&) {
      asked = std::vector<Endpoint>(servers.begin(), servers.end());
      asked_with = probe_settings;
      std::vector<gluster::ProbeResult> results;
      if (probe_settings.question == gluster::ProbeQuestion::kVolumes) {
        results.assign(servers.size(), probed(Verdict::kServes));
        for (auto& result : results) result.volumes = volumes;
        return results;
      }
      for (std::size_t i = 0; i < servers.size(); ++i) {
        results.push_back(probed(verdicts.at(i)));
        results.back().brick_hosts = bricks;
        if (i < identities.size()) results.back().identity = identities[i];
      }
      return results;
    };
    auto outcome = make_plan(consul_client, prober,
                             {settings, query, path, "machine", method, 1s, cached, now, port},
                             {Deadline::after(10s), cancel, report});
    plan = std::move(outcome.plan);
    problem = std::move(outcome.problem);
    return !problem;
  }

  OneAnswer consul_client;
  config::Settings settings;
  consul::ServiceQuery query;
  gluster::VolumePath path = *gluster::parse_volume_path("/g0");
  gluster::ProbeMethod method = gluster::ProbeMethod::kVolume;
  std::optional<Port> port;
  std::vector<gluster::VolumeIdentity> identities;
  std::vector<Verdict> verdicts = {Verdict::kServes, Verdict::kServes, Verdict::kServes};
  std::vector<Host> bricks;
  std::vector<std::string> volumes;
  std::vector<Endpoint> asked;
  gluster::ProbeSettings asked_with;
  Cancel cancel;
  std::string steps;
  Report report{"test", Report::Verbosity::kSteps, Report::Screen::kFile,
                [this](std::string_view text) { steps += text; }};
  std::optional<CachedServers> cached;
  WallClock::time_point now = WallClock::now();
  Plan plan;
  std::optional<Error> problem;
};

TEST_F(MakePlan, OrdersHostsOfAnswer) {
  ASSERT_TRUE(make());
  EXPECT_TRUE(plan.answered);
  EXPECT_EQ(plan.port(), 24007);
  EXPECT_THAT(plan.hosts(), ElementsAre(*Host::parse("10.0.0.1"), *Host::parse("10.0.0.2"),
                                        *Host::parse("10.0.0.3")));
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST_F(MakePlan, ListsBrickHostsOnceInOrderOfServers) {
  ASSERT_TRUE(make());
  const auto gl1 = *Host::parse("gl1");
  const auto gl2 = *Host::parse("gl2");
  plan.candidates[0].probe.brick_hosts = {gl2, gl1};
  plan.candidates[2].probe.brick_hosts = {gl1, *Host::parse("10.0.0.3")};
  EXPECT_THAT(plan.brick_hosts(), ElementsAre(gl2, gl1, *Host::parse("10.0.0.3")));
}

TEST_F(MakePlan, LimitsBrickHostsAcrossServers) {
  ASSERT_TRUE(make());
  for (int i = 0; i < 300; ++i) {
    plan.candidates.at(static_cast<std::size_t>(i) % 3)
        .probe.brick_hosts.push_back(*Host::parse(fmt::format("gl{}", i)));
  }
  EXPECT_THAT(plan.brick_hosts(), SizeIs(gluster::kMaxBrickHosts));
}

TEST_F(MakePlan, GivenPortOverridesRegisteredPorts) {
  consul_client.answer.instances[1].port = 24008;
  consul_client.answer.instances[2].port = 0;
  port = 24017;
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, Each(Field(&Endpoint::port, 24017)));
  EXPECT_THAT(plan.order, SizeIs(3));
  EXPECT_EQ(plan.port(), 24017);
}

TEST_F(MakePlan, WarnsIfServersDisagreeOnBricks) {
  identities = {
      {{1, 2, 3}, "gl1:/srv/brick"}, {{1, 2, 4}, "gl1:/srv/brick"}, {{1, 2, 3}, "gl1:/srv/brick"}};
  ASSERT_TRUE(make());
  EXPECT_EQ(plan.hosts().back(), *Host::parse("10.0.0.2"));
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("used last: 10.0.0.2:24007"))));
}

TEST_F(MakePlan, ProbesOnlyHealthyInstances) {
  consul_client.answer.instances[0] =
      unhealthy(consul_client.answer.instances[0], consul::Health::kCritical, "refused");
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked.front().host.text(), "10.0.0.2");
}

TEST_F(MakePlan, KeepsCandidatesAfterFailure) {
  verdicts = {Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume};
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->code, ErrorCode::kNotServed);
  EXPECT_THAT(plan.candidates, SizeIs(3));
  EXPECT_THAT(plan.order, IsEmpty());
}

/// Each server of the answer also has an instance for g0 and one for g1.
void register_volumes(consul::LookupResult& answer, const std::string& id = "id") {
  const auto servers = answer.instances;
  for (const auto& server : servers) {
    answer.instances.push_back(of_volume(server, "g0", id));
    answer.instances.push_back(of_volume(server, "g1", "id-of-g1"));
  }
}

void make_critical(std::vector<consul::Instance>& instances, const std::string& volume) {
  for (auto& each : instances) {
    if (each.volume.name != volume) continue;
    each = unhealthy(each, consul::Health::kCritical, "2 of 3 bricks do not respond");
  }
}

TEST_F(MakePlan, ProbesEachRegisteredServerOnce) {
  register_volumes(consul_client.answer);
  make_critical(consul_client.answer.instances, "g1");
  ASSERT_TRUE(make()) << problem->message;
  EXPECT_THAT(asked, SizeIs(3));
  EXPECT_THAT(plan.candidates, SizeIs(3));
  EXPECT_EQ(plan.candidates.front().instance.service_id, "gluster:g0");
  EXPECT_THAT(plan.warnings, IsEmpty());
  EXPECT_FALSE(plan.has_unusable_address());
  EXPECT_THAT(steps, HasSubstr("3 servers registered for volume g0; 1 other volume registered"));
}

TEST_F(MakePlan, CriticalVolumeIsAnErrorWithItsCheck) {
  register_volumes(consul_client.answer);
  make_critical(consul_client.answer.instances, "g0");
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->code, ErrorCode::kUnhealthy);
  EXPECT_TRUE(problem->transient);
  EXPECT_THAT(problem->message,
              AllOf(HasSubstr("no healthy instance of gluster for volume g0: gl1 is critical"),
                    HasSubstr("2 of 3 bricks do not respond")));
  EXPECT_THAT(plan.order, IsEmpty());
}

TEST_F(MakePlan, ServerOfAnotherPoolDoesNotHideThatTheVolumeIsCritical) {
  register_volumes(consul_client.answer);
  make_critical(consul_client.answer.instances, "g0");
  consul_client.answer.instances.push_back(instance("gl4", "10.0.0.4"));
  verdicts = {Verdict::kNoVolume, Verdict::kServes, Verdict::kServes, Verdict::kServes};
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->code, ErrorCode::kUnhealthy);
  EXPECT_THAT(problem->message,
              AllOf(HasSubstr("for volume g0: gl1 is critical"), Not(HasSubstr("gl4"))));
}

TEST_F(MakePlan, CriticalVolumeThatIsNotStartedIsNotWaitedFor) {
  register_volumes(consul_client.answer);
  make_critical(consul_client.answer.instances, "g0");
  verdicts = {Verdict::kNotStarted, Verdict::kNoResponse, Verdict::kNotStarted};
  ASSERT_FALSE(make());
  EXPECT_THAT(problem->message, HasSubstr("the volume 'g0' is not started"));
  EXPECT_FALSE(problem->transient);
  EXPECT_EQ(plan.candidates.front().outcome, Outcome::kNotStarted);
}

TEST_F(MakePlan, CriticalServersThatAreNotRegisteredForTheVolumeAreNotAsked) {
  for (auto& each : consul_client.answer.instances) {
    each = unhealthy(each, consul::Health::kCritical, "refused");
  }
  consul_client.answer.instances.push_back(of_volume(instance("gl9", "10.0.0.9"), "g1"));
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->code, ErrorCode::kUnhealthy);
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_THAT(problem->message, Not(HasSubstr("gl9")));
}

TEST_F(MakePlan, DifferentRegisteredVolumesAreRejectedWithoutProbing) {
  register_volumes(consul_client.answer, "11111111-1111-4111-8111-111111111111");
  consul_client.answer.instances.push_back(
      of_volume(instance("gl4", "10.0.0.4"), "g0", "22222222-2222-4222-8222-222222222222"));
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->code, ErrorCode::kAmbiguous);
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_EQ(plan.candidates.back().outcome, Outcome::kOtherVolume);
}

TEST_F(MakePlan, UnknownVolumeGetsNamesOfRegisteredOnes) {
  register_volumes(consul_client.answer);
  path = *gluster::parse_volume_path("/home");
  verdicts = {Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume};
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->code, ErrorCode::kNotServed);
  EXPECT_EQ(problem->hint, "registered volumes: g0, g1");
  volumes = {"homes"};  // what the servers themselves list is more recent
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->hint, "did you mean 'homes'?");
}

TEST_F(MakePlan, NewVolumeIsProbedBeforeItIsRegistered) {
  register_volumes(consul_client.answer);
  path = *gluster::parse_volume_path("/new");
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, SizeIs(3));
  EXPECT_THAT(plan.candidates, SizeIs(3));
}

TEST_F(MakePlan, ServerOfAnotherVolumeMakesTheServicesNameUnusable) {
  register_volumes(consul_client.answer);
  consul_client.answer.instances.push_back(of_volume(instance("gl9", "10.0.0.9"), "g1"));
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, SizeIs(3));
  EXPECT_EQ(plan.candidates.back().outcome, Outcome::kOtherRegistration);
  EXPECT_TRUE(plan.has_unusable_address());
}

TEST_F(MakePlan, SuggestsVolumeThatTheServersHave) {
  verdicts = {Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume};
  path = *gluster::parse_volume_path("/archiv");
  volumes = {"archive", "g0"};
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->hint, "did you mean 'archive'?");
  EXPECT_THAT(asked, SizeIs(3));
}

TEST_F(MakePlan, KeepsHintIfServersListNoVolumes) {
  verdicts = {Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume};
  ASSERT_FALSE(make());
  EXPECT_THAT(problem->hint, HasSubstr("gluster volume list"));
}

TEST_F(MakePlan, SucceedsIfNoServerResponds) {
  verdicts = {Verdict::kNoResponse, Verdict::kRefused, Verdict::kClosed};
  ASSERT_TRUE(make());
  EXPECT_FALSE(plan.answered);
  EXPECT_THAT(plan.order, SizeIs(3));
}

TEST_F(MakePlan, CountsAsAnsweredWithoutProbing) {
  method = gluster::ProbeMethod::kOff;
  verdicts = {Verdict::kNotAsked, Verdict::kNotAsked, Verdict::kNotAsked};
  ASSERT_TRUE(make());
  EXPECT_TRUE(plan.answered);
}

TEST_F(MakePlan, HalfOfServersIsEnough) {
  ASSERT_TRUE(make());
  EXPECT_EQ(asked_with.enough, 2U);
  EXPECT_EQ(enough_servers(1, 8), 1U);
  EXPECT_EQ(enough_servers(2, 8), 1U);
  EXPECT_EQ(enough_servers(64, 8), 8U);
  EXPECT_EQ(enough_servers(0, 0), 1U);
}

TEST_F(MakePlan, WarnsAboutStaleAnswerAndSkippedEntries) {
  consul_client.answer.stale = 1500ms;
  consul_client.answer.skipped = 2;
  consul_client.answer.first_skipped = "'--x' is neither an IP address nor a host name";
  ASSERT_TRUE(make());
  EXPECT_THAT(
      plan.warnings,
      ElementsAre(Field(&Warning::message, AllOf(HasSubstr("no leader"), HasSubstr("1.5s old"))),
                  Field(&Warning::message, HasSubstr("skipped 2"))));
}

TEST_F(MakePlan, WarnsAboutFailoverToOtherDatacenter) {
  consul_client.answer.datacenter = "dc2\x1b[2J";
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings, IsEmpty());
  consul_client.answer.failovers = 1;
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("the instances are in dc2\x1b[2J"))));
}

TEST_F(MakePlan, WarnsAboutFailoverToPeer) {
  consul_client.answer.failovers = 1;
  consul_client.answer.peer = "west";
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message,
                                "the prepared query failed over: the instances are from the peer "
                                "'west'")));
  consul_client.answer.peer.clear();
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message,
                                HasSubstr("Consul did not report where the instances are"))));
}

TEST_F(MakePlan, SkipsImpossibleAddressesWithOneWarning) {
  consul_client.answer.instances[1].host = *Host::parse("::ffff:127.0.0.1");
  consul_client.answer.instances.push_back(instance("gl4", "0.0.0.0"));
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, SizeIs(2));
  EXPECT_TRUE(plan.has_unusable_address());
  EXPECT_THAT(
      plan.warnings,
      ElementsAre(Field(&Warning::message,
                        AllOf(HasSubstr("skipped 2 instances"),
                              HasSubstr("gl2 (127.0.0.1 is a loopback address), gl4 (0.0.0.0")))));
}

TEST_F(MakePlan, WarnsAboutNameWithImpossibleAddress) {
  consul_client.answer.instances[1].host = *Host::parse("evil.example");
  verdicts[1] = Verdict::kImpossible;
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.hosts(), ElementsAre(*Host::parse("10.0.0.1"), *Host::parse("10.0.0.3")));
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("skipped 1 instance of"))));
}

TEST_F(MakePlan, OmitsNamesIfServerOnThisMachineIsUntrusted) {
  bricks = {*Host::parse("gl1")};
  verdicts[1] = Verdict::kUntrusted;
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.hosts(), ElementsAre(*Host::parse("10.0.0.1"), *Host::parse("10.0.0.3")));
  EXPECT_THAT(plan.brick_hosts(), IsEmpty());
  EXPECT_TRUE(plan.has_unusable_address());
  EXPECT_THAT(plan.warnings, ElementsAre(Field(&Warning::message,
                                               HasSubstr("skipped the server 10.0.0.2:24007 of"))));
}

TEST_F(MakePlan, SkipsDisallowedServersWithoutWarning) {
  ASSERT_TRUE(settings.allowed.add("10.0.0.2"));
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, ElementsAre(Endpoint{*Host::parse("10.0.0.2"), 24007}));
  EXPECT_FALSE(asked_with.allowed.empty()) << "the prober checks names";
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST_F(MakePlan, OmitsDisallowedBrickHosts) {
  bricks = {*Host::parse("gl1"), *Host::parse("127.0.0.1"), *Host::parse("localhost")};
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.brick_hosts(), ElementsAre(*Host::parse("gl1")));
  ASSERT_TRUE(settings.allowed.add("10.0.0.0/8"));
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.brick_hosts(), IsEmpty());
}

TEST_F(MakePlan, LimitsProbesAndWarnsOnce) {
  consul_client.answer.instances.clear();
  for (int i = 0; i < 2000; ++i) {
    consul_client.answer.instances.push_back(
        instance("gl1", "10.0.0.1", static_cast<Port>(1024 + i)));
  }
  for (int i = 0; i < 300; ++i) {
    consul_client.answer.instances.push_back(
        instance("gl", fmt::format("10.0.{}.{}", i / 250 + 1, i % 250 + 1)));
  }
  verdicts.assign(kMaxProbed, Verdict::kServes);
  ASSERT_TRUE(make());
  EXPECT_THAT(asked, SizeIs(kMaxProbed));
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("skipped 2044 instances"))));
}

TEST_F(MakePlan, ReportsCappedWeightAsStep) {
  consul_client.answer.instances[0].weight = 65'535;
  ASSERT_TRUE(make());
  EXPECT_THAT(steps, HasSubstr("the weight 65535 of 10.0.0.1:24007 counts as 4"));
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST_F(MakePlan, ProbesCachedListAndReportsItsAge) {
  consul_client.down = true;
  cached = make_cached_servers(consul_client.answer.instances, consul::Channel::kHttp,
                               "http://127.0.0.1:8500", now - 3h);
  ASSERT_TRUE(make());
  EXPECT_TRUE(plan.from_cache);
  EXPECT_THAT(asked, SizeIs(3));
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message,
                                AllOf(HasSubstr("connection refused"), HasSubstr("3h ago"),
                                      HasSubstr("learned over unauthenticated HTTP")))));
}

TEST_F(MakePlan, WarnsThatDnsListsNoCriticalInstances) {
  settings.health = config::HealthPolicy::kAny;
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings, IsEmpty());
  settings.http.reset();
  settings.dns = consul::DnsSettings{{*Host::parse("127.0.0.1"), 8600}};
  consul_client.by_dns = consul_client.answer;
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("Consul's DNS does not list"))));
  consul_client.by_dns = fail(ErrorCode::kUnknown, "no healthy instance");
  ASSERT_FALSE(make());
  EXPECT_THAT(problem->hint, HasSubstr("use consul-via=http"));
  settings.health = config::HealthPolicy::kPassing;
  ASSERT_FALSE(make());
  EXPECT_EQ(problem->hint, "");
}

TEST_F(MakePlan, WarnsAboutFallbackToUnauthenticatedDns) {
  consul_client.down = true;
  consul_client.by_dns = consul_client.answer;
  settings.dns = consul::DnsSettings{{*Host::parse("127.0.0.1"), 8600}};
  ASSERT_TRUE(make());
  EXPECT_THAT(plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("queried Consul over DNS"))));
  settings.http->unix_socket = "/run/consul.sock";
  ASSERT_TRUE(make());
  EXPECT_EQ(plan.channel, consul::Channel::kDns);
  EXPECT_THAT(plan.warnings, ElementsAre(Field(&Warning::message,
                                               AllOf(HasSubstr("DNS, which is not authenticated"),
                                                     HasSubstr("connection refused")))));
}

}  // namespace
}  // namespace glusterconsul::discovery
