#include "admin/registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "look.hpp"

namespace glusterconsul::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Services = std::vector<consul::AgentService>;

const RegistrationSettings kDefaults;

std::vector<std::string> ids_of(const Wanted& wanted) {
  std::vector<std::string> ids;
  for (const auto& instance : wanted.instances) ids.push_back(instance.service.id);
  return ids;
}

std::vector<CheckStatus> statuses_of(const Wanted& wanted) {
  std::vector<CheckStatus> statuses;
  for (const auto& instance : wanted.instances) statuses.push_back(instance.result.status);
  return statuses;
}

TEST(Registration, HasOneInstanceForTheServerAndOneForEachVolume) {
  const auto wanted = wanted_instances(healthy({"g0", "g1"}), {}, kDefaults);
  EXPECT_TRUE(wanted.is_complete);
  EXPECT_THAT(wanted.warnings, IsEmpty());
  ASSERT_THAT(wanted.instances, SizeIs(3));
  EXPECT_EQ(wanted.instances[0].service,
            (consul::AgentService{.id = "gluster",
                                  .name = "gluster",
                                  .tags = {},
                                  .meta = {{"glusterconsul", "1"}, {"gluster_uuid", "uuid-of-gl1"}},
                                  .address = "",
                                  .port = 24007}));
  EXPECT_EQ(wanted.instances[1].service,
            (consul::AgentService{.id = "gluster:g0",
                                  .name = "gluster",
                                  .tags = {"g0"},
                                  .meta = {{"glusterconsul", "1"},
                                           {"gluster_uuid", "uuid-of-gl1"},
                                           {"gluster_volume", "g0"},
                                           {"gluster_volume_id", "id-of-g0"},
                                           {"gluster_type", "replicate"}},
                                  .address = "",
                                  .port = 24007}));
  EXPECT_EQ(wanted.instances[2].service.id, "gluster:g1");
  EXPECT_THAT(statuses_of(wanted), ::testing::Each(CheckStatus::kPassing));
}

TEST(Registration, UsesTheSettings) {
  const RegistrationSettings settings{.service = "files", .address = "10.0.0.1", .port = 24008};
  const auto wanted = wanted_instances(healthy({"g0"}), {}, settings);
  EXPECT_THAT(ids_of(wanted), ElementsAre("files", "files:g0"));
  EXPECT_EQ(wanted.instances[1].service.name, "files");
  EXPECT_EQ(wanted.instances[1].service.address, "10.0.0.1");
  EXPECT_EQ(wanted.instances[1].service.port, 24008);
}

TEST(Registration, StoppedVolumeStaysAndIsCritical) {
  const auto wanted = wanted_instances(with_stopped(healthy({"g0", "g1"}), 1), {}, kDefaults);
  EXPECT_THAT(ids_of(wanted), ElementsAre("gluster", "gluster:g0", "gluster:g1"));
  EXPECT_THAT(statuses_of(wanted),
              ElementsAre(CheckStatus::kPassing, CheckStatus::kPassing, CheckStatus::kCritical));
}

TEST(Registration, TagsOnlyNamesThatDnsKnows) {
  struct Case {
    std::string name;
    bool has_tag;
  };
  const std::vector<Case> cases = {
      {"g0", true},
      {"my-data", true},
      {"G0", true},
      {"my_data", false},
      {std::string(63, 'a'), true},
      {std::string(64, 'a'), false},
      {"end-", false},
      {"0", true},
  };
  for (const auto& [name, has_tag] : cases) {
    SCOPED_TRACE(name);
    const auto wanted = wanted_instances(healthy({name}), {}, kDefaults);
    ASSERT_THAT(wanted.instances, SizeIs(2));
    EXPECT_EQ(wanted.instances[1].service.tags.size(), has_tag ? 1U : 0U);
    EXPECT_EQ(wanted.warnings.size(), has_tag ? 0U : 1U);
    EXPECT_EQ(wanted.instances[1].service.meta.at("gluster_volume"), name);
  }
  EXPECT_THAT(wanted_instances(healthy({"my_data"}), {}, kDefaults).warnings[0].message,
              HasSubstr("'my_data' is registered without a tag"));
}

TEST(Registration, OmitsMetaThatConsulRejects) {
  auto look = healthy({"g0"});
  look.server.volumes[0].id = std::string(513, 'x');
  const auto wanted = wanted_instances(look, {}, kDefaults);
  EXPECT_FALSE(wanted.instances[1].service.meta.contains("gluster_volume_id"));
}

TEST(Registration, KeepsTheUuidWhileItIsNotSeen) {
  auto look = healthy({"g0"});
  const auto known = registered(look, kDefaults).services;
  look.server.uuid = "";
  EXPECT_EQ(wanted_instances(look, known, kDefaults).instances[0].service.meta.at("gluster_uuid"),
            "uuid-of-gl1");
  EXPECT_FALSE(
      wanted_instances(look, {}, kDefaults).instances[0].service.meta.contains("gluster_uuid"));
}

TEST(Registration, VolumeThatWasNotLookedAtIsCritical) {
  auto look = healthy({"g0"});
  look.volumes.clear();
  EXPECT_THAT(statuses_of(wanted_instances(look, {}, kDefaults)),
              ElementsAre(CheckStatus::kPassing, CheckStatus::kCritical));
}

TEST(Registration, GlusterdThatDoesNotAnswerChangesOnlyTheStatus) {
  const auto known = registered(healthy({"g0", "g1"}), kDefaults).services;
  for (const auto state :
       {GlusterdState::kOnlyPings, GlusterdState::kRefused, GlusterdState::kNoResponse,
        GlusterdState::kClosed, GlusterdState::kUnresolved, GlusterdState::kBadReply}) {
    const auto wanted = wanted_instances(without_glusterd(state), known, kDefaults);
    EXPECT_FALSE(wanted.is_complete);
    Services services;
    for (const auto& instance : wanted.instances) services.push_back(instance.service);
    EXPECT_EQ(services, known);
    const bool is_unknown =
        state == GlusterdState::kUnresolved || state == GlusterdState::kBadReply;
    EXPECT_THAT(statuses_of(wanted),
                ::testing::Each(is_unknown ? CheckStatus::kWarning : CheckStatus::kCritical));
  }
}

TEST(Registration, GlusterdThatDoesNotAnswerAddsNothing) {
  EXPECT_THAT(wanted_instances(without_glusterd(), {}, kDefaults).instances, IsEmpty());
}

TEST(Registration, ServerWithEncryptionIsRegisteredWithoutItsVolumes) {
  const auto look = without_glusterd(GlusterdState::kEncrypted);
  const auto wanted = wanted_instances(look, {}, kDefaults);
  EXPECT_THAT(ids_of(wanted), ElementsAre("gluster"));
  EXPECT_THAT(statuses_of(wanted), ElementsAre(CheckStatus::kWarning));
  EXPECT_FALSE(wanted.is_complete);
  const auto known = registered(healthy({"g0"}), kDefaults).services;
  EXPECT_THAT(ids_of(wanted_instances(look, known, kDefaults)),
              ElementsAre("gluster", "gluster:g0"));
}

TEST(Registration, ChangesOnlyWhatDiffers) {
  const auto look = healthy({"g0"});
  const auto wanted = wanted_instances(look, {}, kDefaults).instances[1].service;
  struct Case {
    const char* name;
    std::function<void(consul::AgentState&)> change;
    Change expected;
  };
  const auto g0 = [](consul::AgentState& agent) -> consul::AgentService& {
    return agent.services[1];
  };
  const std::vector<Case> cases = {
      {"nothing", [](auto&) {}, Change::kNone},
      {"lost service", [](auto& agent) { agent.services.pop_back(); }, Change::kAdd},
      {"lost check", [](auto& agent) { agent.checks.pop_back(); }, Change::kReplace},
      {"other TTL", [](auto& agent) { agent.checks[1].notes = "set by another"; },
       Change::kReplace},
      {"other address", [&](auto& agent) { g0(agent).address = "10.0.0.9"; }, Change::kReplace},
      {"other port", [&](auto& agent) { g0(agent).port = 1; }, Change::kReplace},
      {"other tag", [&](auto& agent) { g0(agent).tags = {"g0", "x"}; }, Change::kReplace},
      {"other id", [&](auto& agent) { g0(agent).meta["gluster_volume_id"] = "x"; },
       Change::kReplace},
      {"additional meta", [&](auto& agent) { g0(agent).meta["x"] = "y"; }, Change::kReplace},
      {"output", [](auto& agent) { agent.checks[1].output = "x"; }, Change::kNone},
      {"maintenance",
       [](auto& agent) { agent.checks.push_back({.id = "_service_maintenance:gluster:g0"}); },
       Change::kNone},
      {"without our meta", [&](auto& agent) { g0(agent).meta.erase("glusterconsul"); },
       Change::kForeign},
      {"our meta with another value", [&](auto& agent) { g0(agent).meta["glusterconsul"] = "2"; },
       Change::kForeign},
      {"of another service", [&](auto& agent) { g0(agent).name = "web"; }, Change::kForeign},
      {"of another server",
       [&](auto& agent) {
         g0(agent).meta["gluster_uuid"] = "uuid-of-gl2";
         g0(agent).address = "10.0.0.2";
       },
       Change::kForeign},
      {"of a server without a known UUID",
       [&](auto& agent) {
         g0(agent).meta.erase("gluster_uuid");
         g0(agent).address = "10.0.0.2";
       },
       Change::kReplace},
      {"of the same server, installed anew",
       [&](auto& agent) { g0(agent).meta["gluster_uuid"] = "uuid-of-gl2"; }, Change::kReplace},
  };
  for (const auto& [name, change, expected] : cases) {
    SCOPED_TRACE(name);
    auto agent = registered(look, kDefaults);
    change(agent);
    EXPECT_EQ(change_for(wanted, agent, kDefaults), expected);
  }
}

TEST(Registration, OtherIntervalReplacesTheCheck) {
  const auto look = healthy({"g0"});
  const RegistrationSettings slow{.interval = milliseconds(60'000)};
  const auto wanted = wanted_instances(look, {}, slow).instances[1].service;
  EXPECT_EQ(change_for(wanted, registered(look, kDefaults), slow), Change::kReplace);
}

TEST(Registration, RemovesOnlyInstancesOfDeletedVolumes) {
  auto agent = registered(healthy({"g0", "g1", "g2"}), kDefaults);
  agent.services.push_back({.id = "web", .name = "web", .meta = {{"glusterconsul", "1"}}});
  agent.services.push_back({.id = "gluster:other", .name = "gluster"});
  const auto wanted = wanted_instances(healthy({"g1"}), agent.services, kDefaults);
  EXPECT_THAT(obsolete(wanted, agent), ElementsAre("gluster:g0", "gluster:g2"));
}

TEST(Registration, RemovesNoInstanceOfAnotherServer) {
  const auto other = healthy({"g1"});
  auto agent = registered(other, {.address = "10.0.0.2"});
  for (auto& service : agent.services) service.meta["gluster_uuid"] = "uuid-of-gl2";
  const auto wanted = wanted_instances(healthy({"g0"}), {}, kDefaults);
  EXPECT_THAT(obsolete(wanted, agent), IsEmpty());
}

TEST(Registration, RemovesNothingIfGlusterdDoesNotAnswer) {
  const auto agent = registered(healthy({"g0"}), kDefaults);
  for (const auto state : {GlusterdState::kRefused, GlusterdState::kEncrypted}) {
    const auto wanted = wanted_instances(without_glusterd(state), {}, kDefaults);
    EXPECT_THAT(obsolete(wanted, agent), IsEmpty());
  }
}

TEST(Registration, TtlIsThreeLooksAndAtLeastHalfAMinute) {
  EXPECT_EQ(ttl_of(kDefaults), milliseconds(30'000));
  EXPECT_EQ(ttl_of({.interval = milliseconds(200)}), milliseconds(30'000));
  EXPECT_EQ(ttl_of({.interval = milliseconds(60'000)}), milliseconds(180'000));
}

TEST(Registration, RegistersTheStatusThatIsShown) {
  const auto wanted = wanted_instances(with_stopped(healthy({"g0"}), 0), {}, kDefaults);
  const auto volume = registration_of(wanted.instances[1], kDefaults);
  EXPECT_EQ(volume.check_name, "volume g0");
  EXPECT_EQ(volume.check_status, "critical");
  EXPECT_EQ(volume.ttl, milliseconds(30'000));
  EXPECT_EQ(volume.check_notes, "set by 'glusterconsul register', at least every 30s");
  EXPECT_EQ(registration_of(wanted.instances[0], kDefaults).check_name, "glusterd and its peers");
}

}  // namespace
}  // namespace glusterconsul::admin
