#include "admin/registration_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/shown_result.hpp"
#include "look.hpp"

namespace glusterconsul::admin {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ShownResult, BecomesWorseOnlyAfterTwoLooks) {
  const CheckResult good{CheckStatus::kPassing, "good"};
  const CheckResult also_good{CheckStatus::kPassing, "also good"};
  const CheckResult weak{CheckStatus::kWarning, "weak"};
  const CheckResult bad{CheckStatus::kCritical, "bad"};
  struct Case {
    const char* name;
    std::vector<std::pair<Clock::duration, CheckResult>> looks;
    CheckResult shown;
  };
  const std::vector<Case> cases = {
      {"other words", {{10s, also_good}}, also_good},
      {"one bad look", {{10s, bad}}, good},
      {"two bad looks", {{10s, bad}, {20s, bad}}, bad},
      {"first warning, then critical", {{10s, weak}, {20s, bad}}, bad},
      {"first critical, then warning", {{10s, bad}, {20s, weak}}, weak},
      {"a good look between them", {{10s, bad}, {20s, good}, {30s, bad}}, good},
      {"two bad looks in quick succession", {{10s, bad}, {11s, bad}}, good},
      {"three in quick succession", {{10s, bad}, {12s, bad}, {16s, bad}}, bad},
      {"better at once", {{10s, bad}, {20s, bad}, {30s, good}}, good},
      {"partly better at once", {{10s, bad}, {20s, bad}, {30s, weak}}, weak},
      {"worse again", {{10s, bad}, {20s, bad}, {30s, weak}, {40s, bad}}, weak},
  };
  for (const auto& [name, looks, expected] : cases) {
    SCOPED_TRACE(name);
    ShownResult shown{good};
    for (const auto& [at, seen] : looks) {
      shown = after_look(shown, seen, Clock::time_point(at), milliseconds(5000));
    }
    EXPECT_EQ(shown.result, expected);
  }
}

class Watch : public ::testing::Test {
 protected:
  /// A look `at` this time; everything that it leads to succeeds.
  Turn look(const Look& seen, Clock::duration at) {
    const Clock::time_point now(at);
    auto turn = watch_.turn(seen, agent_, now);
    for (const auto& registration : turn.add) {
      add(registration);
      watch_.registered(registration.service.id);
    }
    for (const auto& update : turn.update) {
      auto& check = check_of(update.id);
      check.status = status_name(update.result.status);
      check.output = update.result.output;
      watch_.updated(update.id, now);
    }
    for (const auto& id : turn.remove) {
      std::erase_if(agent_.services, [&](const auto& service) { return service.id == id; });
      std::erase_if(agent_.checks, [&](const auto& check) { return check.service_id == id; });
    }
    return turn;
  }

  void add(const consul::ServiceRegistration& registration) {
    const auto& id = registration.service.id;
    std::erase_if(agent_.services, [&](const auto& service) { return service.id == id; });
    agent_.services.push_back(registration.service);
    auto& check = check_of(id);
    check.notes = registration.check_notes;
    if (check.status.empty()) check.status = registration.check_status;
  }

  consul::AgentCheck& check_of(const std::string& service) {
    const auto id = consul::check_id_of(service);
    for (auto& check : agent_.checks) {
      if (check.id == id) return check;
    }
    agent_.checks.push_back({.id = id, .service_id = service});
    return agent_.checks.back();
  }

  std::string status_of(const std::string& service) { return check_of(service).status; }

  static std::vector<std::string> added(const Turn& turn) {
    std::vector<std::string> ids;
    for (const auto& registration : turn.add) ids.push_back(registration.service.id);
    return ids;
  }
  static std::vector<std::string> updated(const Turn& turn) {
    std::vector<std::string> ids;
    for (const auto& update : turn.update) ids.push_back(update.id);
    return ids;
  }
  static bool does_nothing(const Turn& turn) {
    return turn.add.empty() && turn.update.empty() && turn.remove.empty() && turn.changes.empty();
  }

  RegistrationSettings settings_;
  RegistrationWatch watch_{settings_};
  consul::AgentState agent_;
};

TEST_F(Watch, RegistersAtTheFirstLook) {
  const auto turn = look(healthy({"g0"}), 0s);
  EXPECT_THAT(added(turn), ElementsAre("gluster", "gluster:g0"));
  EXPECT_THAT(updated(turn), ElementsAre("gluster", "gluster:g0"));
  EXPECT_THAT(turn.changes, SizeIs(2));
  EXPECT_EQ(status_of("gluster:g0"), "passing");
}

TEST_F(Watch, SendsTheSameResultOnlyToRefreshTheTtl) {
  look(healthy({"g0"}), 0s);
  EXPECT_TRUE(does_nothing(look(healthy({"g0"}), 4s)));
  const auto turn = look(healthy({"g0"}), 10s);
  EXPECT_THAT(turn.add, IsEmpty());
  EXPECT_THAT(turn.changes, IsEmpty());
  EXPECT_THAT(updated(turn), ElementsAre("gluster", "gluster:g0"));
}

TEST_F(Watch, RefreshesInTimeEvenIfAnUpdateIsLost) {
  look(healthy({}), 0s);
  const auto lost = watch_.turn(healthy({}), agent_, Clock::time_point(10s));
  EXPECT_THAT(updated(lost), ElementsAre("gluster"));
  EXPECT_THAT(updated(look(healthy({}), 20s)), ElementsAre("gluster"));
}

TEST_F(Watch, OnlyTheBrokenVolumeIsCritical) {
  look(healthy({"g0", "g1"}), 0s);
  const auto broken = with_stopped(healthy({"g0", "g1"}), 1);
  EXPECT_THAT(look(broken, 10s).changes, IsEmpty());
  EXPECT_EQ(status_of("gluster:g1"), "passing");
  const auto turn = look(broken, 20s);
  EXPECT_THAT(turn.changes, ElementsAre(HasSubstr("gluster:g1 is critical: ")));
  EXPECT_EQ(status_of("gluster:g1"), "critical");
  EXPECT_EQ(status_of("gluster:g0"), "passing");
  EXPECT_EQ(status_of("gluster"), "passing");
  EXPECT_THAT(look(healthy({"g0", "g1"}), 30s).changes, SizeIs(1));
  EXPECT_EQ(status_of("gluster:g1"), "passing");
}

TEST_F(Watch, RestartedGlusterdChangesNothing) {
  look(healthy({"g0"}), 0s);
  look(without_glusterd(), 10s);
  EXPECT_EQ(status_of("gluster"), "passing");
  const auto turn = look(healthy({"g0"}), 20s);
  EXPECT_THAT(turn.add, IsEmpty());
  EXPECT_THAT(turn.remove, IsEmpty());
  EXPECT_THAT(turn.changes, IsEmpty());
}

TEST_F(Watch, LostGlusterdMakesEverythingCriticalAndRemovesNothing) {
  look(healthy({"g0"}), 0s);
  look(without_glusterd(), 10s);
  EXPECT_THAT(look(without_glusterd(), 20s).changes, SizeIs(2));
  EXPECT_EQ(status_of("gluster"), "critical");
  EXPECT_EQ(status_of("gluster:g0"), "critical");
  EXPECT_THAT(agent_.services, SizeIs(2));
}

TEST_F(Watch, DeletedVolumeGoesAtTheNextLook) {
  look(healthy({"g0", "g1"}), 0s);
  EXPECT_THAT(look(healthy({"g0"}), 10s).remove, ElementsAre("gluster:g1"));
  EXPECT_THAT(watch_.shown(), SizeIs(2));
}

TEST_F(Watch, VolumeThatIsListedButNotDescribedStays) {
  look(healthy({"g0", "g1"}), 0s);
  auto seen = healthy({"g0"});
  seen.server.undescribed = {"g1", "new"};
  for (const auto at : {10s, 20s}) EXPECT_THAT(look(seen, at).remove, IsEmpty());
  EXPECT_EQ(status_of("gluster:g1"), "warning");
  EXPECT_THAT(check_of("gluster:g1").output, HasSubstr("unknown: "));
  EXPECT_THAT(agent_.services, SizeIs(3));
  look(healthy({"g0", "g1"}), 30s);
  EXPECT_EQ(status_of("gluster:g1"), "passing");
}

TEST_F(Watch, RepairsARestartedAgent) {
  look(healthy({"g0"}), 0s);
  agent_ = {};
  const auto turn = look(healthy({"g0"}), 10s);
  EXPECT_THAT(added(turn), ElementsAre("gluster", "gluster:g0"));
  EXPECT_THAT(turn.changes, IsEmpty());
}

TEST_F(Watch, RepairsARestartedAgentWhileGlusterdDoesNotAnswer) {
  look(healthy({"g0"}), 0s);
  agent_ = {};
  EXPECT_THAT(added(look(without_glusterd(), 10s)), ElementsAre("gluster", "gluster:g0"));
}

TEST_F(Watch, CorrectsAnExpiredTtlAtOnce) {
  look(healthy({"g0"}), 0s);
  check_of("gluster:g0").status = "critical";
  check_of("gluster:g0").output = "TTL expired";
  EXPECT_THAT(updated(look(healthy({"g0"}), 1s)), ElementsAre("gluster:g0"));
  EXPECT_EQ(status_of("gluster:g0"), "passing");
}

TEST_F(Watch, RestartedWatcherContinuesWithWhatTheAgentShows) {
  agent_ = registered(healthy({"g0"}), settings_);
  look(without_glusterd(), 0s);
  EXPECT_EQ(status_of("gluster:g0"), "passing");
  look(without_glusterd(), 10s);
  EXPECT_EQ(status_of("gluster:g0"), "critical");
}

TEST_F(Watch, RegistersEachInstanceOnceWithItsToken) {
  agent_ = registered(healthy({"g0"}), settings_);
  const auto before = agent_.services;
  EXPECT_THAT(added(look(healthy({"g0"}), 0s)), ElementsAre("gluster", "gluster:g0"));
  EXPECT_THAT(added(look(healthy({"g0"}), 10s)), IsEmpty());
  watch_.token_changed();
  EXPECT_THAT(added(look(healthy({"g0"}), 20s)), ElementsAre("gluster", "gluster:g0"));
  EXPECT_THAT(added(look(healthy({"g0"}), 30s)), IsEmpty());
  EXPECT_THAT(agent_.services, ::testing::UnorderedElementsAreArray(before));
}

TEST_F(Watch, RegistersAgainWhatTheAgentHasRejected) {
  static_cast<void>(watch_.turn(healthy({}), agent_, Clock::time_point(0s)));
  agent_ = registered(healthy({}), settings_);
  EXPECT_THAT(added(look(healthy({}), 10s)), ElementsAre("gluster"));
}

TEST_F(Watch, SingleLookShowsWhatItSees) {
  agent_ = registered(healthy({"g0"}), settings_);
  for (const auto& worse : {with_stopped(healthy({"g0"}), 0), without_glusterd()}) {
    RegistrationWatch once(settings_, RegistrationWatch::Looks::kOnce);
    const auto turn = once.turn(worse, agent_, Clock::time_point(0s));
    ASSERT_THAT(updated(turn), ElementsAre("gluster", "gluster:g0"));
    EXPECT_EQ(turn.update[1].result.status, CheckStatus::kCritical);
    EXPECT_EQ(once.shown()[1].result, turn.update[1].result);
  }
}

TEST_F(Watch, RestartedWatcherShowsTheReasonInsteadOfTheExpiredTtl) {
  agent_ = registered(healthy({"g0"}), settings_);
  for (auto& check : agent_.checks) {
    check.status = "critical";
    check.output = "TTL expired";
  }
  look(with_stopped(healthy({"g0"}), 0), 0s);
  EXPECT_EQ(status_of("gluster"), "passing");
  EXPECT_EQ(status_of("gluster:g0"), "critical");
  EXPECT_NE(check_of("gluster:g0").output, "TTL expired");
}

TEST_F(Watch, NewVolumeIsShownAsItIs) {
  look(healthy({"g0"}), 0s);
  look(with_stopped(healthy({"g0", "g1"}), 1), 10s);
  EXPECT_EQ(status_of("gluster:g1"), "critical");
}

TEST_F(Watch, LeavesForeignServicesAlone) {
  agent_.services.push_back({.id = "gluster", .name = "gluster", .port = 24007});
  const auto turn = look(healthy({"g0"}), 0s);
  EXPECT_THAT(added(turn), ElementsAre("gluster:g0"));
  EXPECT_THAT(updated(turn), ElementsAre("gluster:g0"));
  EXPECT_THAT(turn.remove, IsEmpty());
  ASSERT_THAT(turn.warnings, SizeIs(1));
  EXPECT_THAT(turn.warnings[0].message, HasSubstr("'gluster' that glusterconsul has not"));
}

TEST_F(Watch, LeavesInstancesOfAnotherServerAlone) {
  agent_ = registered(healthy({"g0", "g1"}), {.address = "10.0.0.2"});
  for (auto& service : agent_.services) service.meta["gluster_uuid"] = "uuid-of-gl2";
  const auto before = agent_.services;
  const auto down = look(without_glusterd(), 0s);
  EXPECT_TRUE(does_nothing(down)) << "it is not known which server this is";
  const auto turn = look(healthy({"g0", "g2"}), 10s);
  EXPECT_THAT(added(turn), ElementsAre("gluster:g2"));
  EXPECT_THAT(turn.remove, IsEmpty());
  ASSERT_THAT(turn.warnings, SizeIs(2));
  EXPECT_THAT(turn.warnings[0].message,
              HasSubstr("'gluster' of another server, with the UUID uuid-of-gl2"));
  EXPECT_THAT(agent_.services, ::testing::IsSupersetOf(before));
}

}  // namespace
}  // namespace glusterconsul::admin
