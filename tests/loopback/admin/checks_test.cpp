#include "admin/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <set>
#include <thread>

#include "loopback/gluster/glusterd.hpp"
#include "loopback/util/fake_resolver.hpp"

namespace glusterconsul::admin {
namespace {

using namespace std::chrono_literals;
using gluster::BrickState;
using gluster::VolumeName;
using loopback::Glusterd;
using loopback::GlusterdMode;
using loopback::opaque;
using loopback::ReceivedCall;
using loopback::Scripted;
using loopback::words;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Entries = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint32_t kPing = 123451501;
constexpr std::uint32_t kGetVolume = 5;
constexpr std::uint32_t kListFriends = 3;
constexpr std::uint32_t kListVolume = 33;
constexpr std::uint32_t kFailed = 0xFFFFFFFF;

std::string cli_results(std::uint32_t op_ret, const Entries& entries) {
  return words({op_ret, 0}) + opaque("") + opaque(loopback::dictionary(entries));
}

/// A started volume with one brick; nobody has its host.
Entries volume(const std::string& name, const std::string& host = "nosuch.invalid") {
  return {{"count", "1"},
          {"volume0.name", name},
          {"volume0.volume_id", "id-of-" + name},
          {"volume0.type", "0"},
          {"volume0.status", "1"},
          {"volume0.brick_count", "1"},
          {"volume0.brick1", host + ":/b"},
          {"volume0.brick1.uuid", "uuid-1"}};
}

/// What a scripted glusterd says; a call that is not in the map is not answered.
struct Pool {
  Entries volumes = {{"count", "2"}, {"volume0", "g0"}, {"volume1", "g1"}};
  std::map<std::string, Entries> described = {{"g0", volume("g0")}, {"g1", volume("g1")}};
  Entries friends = {{"count", "2"},
                     {"friend1.uuid", "uuid-2"},
                     {"friend1.hostname", "gl2"},
                     {"friend1.connected", "1"},
                     {"friend1.stateId", "3"},
                     {"friend1.state", "Peer in Cluster"},
                     {"friend2.uuid", "uuid-1"},
                     {"friend2.hostname", "localhost"},
                     {"friend2.connected", "1"}};
  std::set<std::uint32_t> silent = {};  ///< procedures
  bool pings = true;
};

Scripted answer(const Pool& pool, const ReceivedCall& call) {
  if (call.program == kPing) {
    return pool.pings ? Scripted{loopback::reply(call.xid, words({0, 0, 0}))} : Scripted{};
  }
  if (pool.silent.contains(call.procedure)) return {};
  switch (call.procedure) {
    case kListVolume:
      return {loopback::reply(call.xid, cli_results(0, pool.volumes))};
    case kListFriends:
      return {
          loopback::reply(call.xid, words({0, 0}) + opaque(loopback::dictionary(pool.friends)))};
    case kGetVolume:
      for (const auto& [name, entries] : pool.described) {
        if (call.arguments.find(std::string("volname\0", 8) + name + '\0') == std::string::npos) {
          continue;
        }
        return {loopback::reply(call.xid, cli_results(0, entries))};
      }
      return {loopback::reply(call.xid, cli_results(kFailed, {{"count", "0"}}))};
    default:
      return {};
  }
}

loopback::Script script(Pool pool) {
  return [pool = std::move(pool)](const ReceivedCall& call) { return answer(pool, call); };
}

/// A context with this much time.
class Look {
 public:
  explicit Look(milliseconds span) : span_(span) {}
  [[nodiscard]] Context context() const { return {Deadline::after(span_), cancel_, report_}; }
  Cancel& cancel() { return cancel_; }

 private:
  milliseconds span_;
  Cancel cancel_;
  Report report_{"test", Report::Verbosity::kQuiet, Report::Screen::kFile, [](std::string_view) {}};
};

ServerState server_state(const Endpoint& glusterd, milliseconds span = 10s) {
  const Look look(span);
  return *look_at_server(glusterd, look.context());
}

VolumeState volume_state(const Endpoint& glusterd, const std::string& name, milliseconds span = 10s,
                         const VolumeQuestion& question = {}) {
  const Look look(span);
  return *look_at_volume(glusterd, *VolumeName::parse(name), look.context(), question);
}

TEST(LookAtServer, AsksEverythingOverOneConnection) {
  const Glusterd glusterd(script({}));
  const auto seen = server_state(glusterd.endpoint());
  EXPECT_EQ(seen.glusterd, GlusterdState::kAnswers) << seen.detail;
  EXPECT_EQ(seen.detail, "");
  EXPECT_EQ(seen.uuid, "uuid-1");
  EXPECT_THAT(seen.peers, ElementsAre(gluster::Peer{"uuid-2", "gl2", 3, "Peer in Cluster", true}));
  ASSERT_THAT(seen.volumes, SizeIs(2));
  EXPECT_EQ(seen.volumes[1].name, "g1");
  EXPECT_EQ(glusterd.connections(), 1);
  EXPECT_EQ(glusterd.calls(), 4);
}

TEST(LookAtServer, AcceptsServerWithoutVolumes) {
  Pool pool;
  pool.volumes = {{"count", "0"}};
  const Glusterd glusterd(script(pool));
  const auto seen = server_state(glusterd.endpoint());
  EXPECT_EQ(seen.glusterd, GlusterdState::kAnswers);
  EXPECT_THAT(seen.volumes, SizeIs(0));
  EXPECT_THAT(seen.peers, SizeIs(1));
}

TEST(LookAtServer, KeepsNameOfListedVolumeWithoutDescription) {
  Pool pool;
  pool.described.erase("g0");
  const Glusterd glusterd(script(pool));
  const auto seen = server_state(glusterd.endpoint());
  EXPECT_EQ(seen.glusterd, GlusterdState::kAnswers);
  ASSERT_THAT(seen.volumes, SizeIs(1));
  EXPECT_EQ(seen.volumes.front().name, "g1");
  EXPECT_THAT(seen.undescribed, ElementsAre("g0"));
}

TEST(LookAtServer, PingDistinguishesStuckServerFromFrozenOne) {
  Pool pool;
  pool.silent = {kListVolume};
  const Glusterd stuck(script(pool));
  EXPECT_EQ(server_state(stuck.endpoint(), 1s).glusterd, GlusterdState::kOnlyPings);
  pool.pings = false;
  const Glusterd frozen(script(pool));
  EXPECT_EQ(server_state(frozen.endpoint(), 1s).glusterd, GlusterdState::kNoResponse);
}

TEST(LookAtServer, ServerThatListsItsVolumesIsNotStuck) {
  for (const auto silent : {kListFriends, kGetVolume}) {
    Pool pool;
    pool.silent = {silent};
    const Glusterd glusterd(script(pool));
    const auto seen = server_state(glusterd.endpoint(), 1s);
    EXPECT_EQ(seen.glusterd, GlusterdState::kBadReply);
    EXPECT_EQ(seen.detail, "it did not answer all requests in time");
    EXPECT_THAT(seen.volumes, SizeIs(0));
  }
}

TEST(LookAtServer, BusyServerHasTheTimeThatAPingDoesNotNeed) {
  Pool pool;
  const Glusterd slow([pool](const ReceivedCall& call) {
    if (call.procedure == kListVolume) std::this_thread::sleep_for(2s);
    return answer(pool, call);
  });
  EXPECT_EQ(server_state(slow.endpoint(), 4s).glusterd, GlusterdState::kAnswers);
}

TEST(LookAtServer, ServerThatHadTooLittleTimeIsNotDown) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  EXPECT_EQ(server_state(silent.endpoint(), 100ms).glusterd, GlusterdState::kBadReply);
}

struct BadAnswer {
  const char* row;
  Pool pool;
  const char* detail;
};
void PrintTo(const BadAnswer& bad, std::ostream* out) {
  *out << bad.row;
}

class BadServer : public ::testing::TestWithParam<BadAnswer> {};

TEST_P(BadServer, IsBadReplyAndNothingElse) {
  const Glusterd glusterd(script(GetParam().pool));
  const auto seen = server_state(glusterd.endpoint());
  EXPECT_EQ(seen.glusterd, GlusterdState::kBadReply);
  EXPECT_THAT(seen.detail, HasSubstr(GetParam().detail));
  EXPECT_THAT(seen.volumes, SizeIs(0));
  EXPECT_THAT(seen.peers, SizeIs(0));
}

Pool with_volume(Entries entries) {
  Pool pool;
  pool.described["g1"] = std::move(entries);
  return pool;
}

INSTANTIATE_TEST_SUITE_P(
    Servers, BadServer,
    ::testing::Values(
        BadAnswer{"NoVolumeList", {.volumes = {}}, "did not list its volumes"},
        BadAnswer{"NoPeers", {.friends = {}}, "did not list its peers"},
        BadAnswer{"FewerPeers", {.friends = {{"count", "7"}}}, "did not list its peers"},
        BadAnswer{"VolumeWithoutBricks", with_volume({{"count", "1"}, {"volume0.name", "g1"}}),
                  "volume g1: its description"},
        BadAnswer{"NoCount", with_volume({}), "volume g1: it did not describe"},
        BadAnswer{"OtherVolume", with_volume(volume("g9")), "it described another volume"}),
    [](const auto& row) { return row.param.row; });

struct ModeRow {
  const char* row;
  GlusterdMode mode;
  GlusterdState state;
};
void PrintTo(const ModeRow& row, std::ostream* out) {
  *out << row.row;
}

class OtherServer : public ::testing::TestWithParam<ModeRow> {};

TEST_P(OtherServer, HasAState) {
  const Glusterd glusterd(GetParam().mode);
  const auto seen = server_state(glusterd.endpoint(), 1s);
  EXPECT_EQ(seen.glusterd, GetParam().state) << seen.detail;
  EXPECT_NE(seen.detail, "");
  const auto volume = volume_state(glusterd.endpoint(), "g0", 1s);
  EXPECT_EQ(volume.glusterd, GetParam().state);
  EXPECT_NE(volume.detail, "");
  EXPECT_FALSE(volume.exists);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, OtherServer,
    ::testing::Values(ModeRow{"Tls", GlusterdMode::kTls, GlusterdState::kEncrypted},
                      ModeRow{"Closes", GlusterdMode::kCloses, GlusterdState::kClosed},
                      ModeRow{"Http", GlusterdMode::kGarbage, GlusterdState::kBadReply},
                      ModeRow{"Frozen", GlusterdMode::kNoResponse, GlusterdState::kNoResponse}),
    [](const auto& row) { return row.param.row; });

TEST(LookAtServer, ReportsRefusedConnectionAndUnknownName) {
  Port port = 0;
  {
    const Glusterd ended(script({}));
    port = ended.port();
  }
  EXPECT_EQ(server_state({*Host::parse("127.0.0.1"), port}).glusterd, GlusterdState::kRefused);
  EXPECT_EQ(server_state({*Host::parse("nosuch.invalid"), port}).glusterd,
            GlusterdState::kUnresolved);
}

TEST(LookAtServer, EndsWhenCancelled) {
  const Glusterd frozen(GlusterdMode::kNoResponse);
  Look look(60s);
  look.cancel().request();
  const auto seen = look_at_server(frozen.endpoint(), look.context());
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().code, ErrorCode::kInterrupted);
}

TEST(LookAtVolume, DescribesVolumeAndItsBricks) {
  const Glusterd glusterd(script({}));
  const auto seen = volume_state(glusterd.endpoint(), "g1");
  EXPECT_EQ(seen.glusterd, GlusterdState::kAnswers);
  EXPECT_TRUE(seen.exists);
  EXPECT_EQ(seen.info.id, "id-of-g1");
  ASSERT_THAT(seen.bricks, SizeIs(1));
  EXPECT_EQ(seen.bricks.front().kind, BrickState::Kind::kUnresolved);
  EXPECT_EQ(seen.uuid, "");
  EXPECT_EQ(glusterd.calls(), 1);
}

TEST(LookAtVolume, AsksForOwnUuidIfNeeded) {
  const Glusterd glusterd(script({}));
  EXPECT_EQ(volume_state(glusterd.endpoint(), "g0", 10s, {.own_uuid = OwnUuid::kAsk}).uuid,
            "uuid-1");
  Pool pool;
  pool.friends = {{"count", "0"}};
  const Glusterd without(script(pool));
  const auto seen = volume_state(without.endpoint(), "g0", 10s, {.own_uuid = OwnUuid::kAsk});
  EXPECT_EQ(seen.glusterd, GlusterdState::kBadReply);
  EXPECT_FALSE(seen.exists);
}

TEST(LookAtVolume, UnknownVolumeDoesNotExist) {
  const Glusterd glusterd(script({}));
  const auto seen = volume_state(glusterd.endpoint(), "g7");
  EXPECT_EQ(seen.glusterd, GlusterdState::kAnswers);
  EXPECT_FALSE(seen.exists);
  EXPECT_THAT(seen.bricks, SizeIs(0));
}

TEST(LookAtVolume, DoesNotExamineBricksOfStoppedVolume) {
  auto entries = volume("g1", "127.0.0.1");
  entries[4].second = "2";
  const Glusterd glusterd(script(with_volume(entries)));
  const auto seen = volume_state(glusterd.endpoint(), "g1");
  ASSERT_THAT(seen.bricks, SizeIs(1));
  EXPECT_EQ(seen.bricks.front().kind, BrickState::Kind::kUnknown);
  EXPECT_EQ(seen.bricks.front().brick.host.text(), "127.0.0.1");
}

TEST(LookAtVolume, HostThatIsNotANameIsUnresolved) {
  const Glusterd glusterd(script(with_volume(volume("g1", "bad name\x1b[2J"))));
  const auto seen = volume_state(glusterd.endpoint(), "g1");
  ASSERT_THAT(seen.bricks, SizeIs(1));
  EXPECT_EQ(seen.bricks.front().kind, BrickState::Kind::kUnresolved);
  EXPECT_EQ(seen.info.bricks.front().host, "bad name\x1b[2J");
}

/// The state of g1 if its glusterd has very little time, which may be too little once.
VolumeState hurried(const Endpoint& glusterd, milliseconds span, const VolumeQuestion& question) {
  VolumeState seen;
  for (int i = 0; i < 20 && seen.glusterd != GlusterdState::kAnswers; ++i) {
    seen = volume_state(glusterd, "g1", span, question);
  }
  return seen;
}

TEST(LookAtVolume, BrickThatHadTooLittleTimeIsUnknown) {
  const loopback::HangingResolver resolver;
  const auto name = std::string(loopback::HangingResolver::kName);
  const Glusterd glusterd(script(with_volume(volume("g1", name))));
  const auto seen = hurried(glusterd.endpoint(), 250ms, {});
  ASSERT_THAT(seen.bricks, SizeIs(1));
  EXPECT_EQ(seen.bricks.front().kind, BrickState::Kind::kUnknown);
}

TEST(LookAtVolumes, VolumeWithoutReplyDoesNotHideOthers) {
  const Glusterd glusterd([](const ReceivedCall& call) {
    const bool is_g1 = call.arguments.find("g1") != std::string::npos;
    return call.procedure == kGetVolume && is_g1 ? Scripted{} : answer({}, call);
  });
  const std::vector names = {*VolumeName::parse("g0"), *VolumeName::parse("g1")};
  const Look look(1s);
  const auto seen = look_at_volumes(glusterd.endpoint(), names, look.context());
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE((*seen)[0].exists);
  EXPECT_EQ((*seen)[1].glusterd, GlusterdState::kBadReply);
}

TEST(LookAtVolumes, LimitOfTheQuestionIsNotThatOfTheBricks) {
  const loopback::HangingResolver resolver;
  const auto name = std::string(loopback::HangingResolver::kName);
  const Glusterd glusterd(script(with_volume(volume("g1", name))));
  // The lookup had a whole step, and not only what is left of the limit.
  const auto seen = hurried(glusterd.endpoint(), 10s, {.limit = 250ms});
  ASSERT_THAT(seen.bricks, SizeIs(1));
  EXPECT_EQ(seen.bricks.front().kind, BrickState::Kind::kLookupFailed);
}

TEST(LookAtVolumes, ReturnsOneStateForEachOverOneConnection) {
  const Glusterd glusterd(script({}));
  const std::vector names = {*VolumeName::parse("g1"), *VolumeName::parse("g7"),
                             *VolumeName::parse("g0"), *VolumeName::parse("g1")};
  const Look look(10s);
  const auto seen = look_at_volumes(glusterd.endpoint(), names, look.context());
  ASSERT_TRUE(seen.has_value());
  ASSERT_THAT(*seen, SizeIs(4));
  EXPECT_EQ((*seen)[0].info.name, "g1");
  EXPECT_FALSE((*seen)[1].exists);
  EXPECT_EQ((*seen)[2].info.name, "g0");
  EXPECT_EQ((*seen)[3].info.name, "g1");
  EXPECT_EQ(glusterd.connections(), 1);
  EXPECT_THAT(*look_at_volumes(glusterd.endpoint(), {}, look.context()), SizeIs(0));
}

}  // namespace
}  // namespace glusterconsul::admin
