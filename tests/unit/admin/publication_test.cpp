#include "admin/publication.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/automap_entry.hpp"
#include "states.hpp"

namespace glusterconsul::admin {
namespace {

using consul::KvChange;
using consul::KvEntry;
using OtherVolume = PublicationPolicy::OtherVolume;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string uuid(char digit) {
  return std::string(8, digit) + "-0000-0000-0000-000000000000";
}
const std::string kA = uuid('a');
const std::string kB = uuid('b');
const std::string kC = uuid('c');
const std::string kD = uuid('d');
const std::string kId = uuid('0');
const std::string kOtherId = uuid('1');

gluster::Peer peer(const std::string& id, bool connected = true, std::uint32_t state = 3) {
  return {id, "host", state, "", connected};
}

gluster::VolumeInfo volume(const std::string& name, const std::string& id = kId) {
  gluster::VolumeInfo made;
  made.name = name;
  made.id = id;
  made.type = gluster::VolumeInfo::Type::kReplicate;
  return made;
}

/// Server A, in a pool with B and C.
ServerState server(std::vector<gluster::VolumeInfo> volumes = {volume("g0")},
                   std::vector<gluster::Peer> peers = {peer(kB), peer(kC)}) {
  return {GlusterdState::kAnswers, "", kA, std::move(peers), std::move(volumes)};
}

ServerState without_description(ServerState seen, const std::string& name) {
  seen.undescribed = {name};
  return seen;
}

PublicationPolicy policy(OtherVolume other = OtherVolume::kRefuse) {
  return {*VolumeKeys::parse("v"), "gluster.service.consul", {}, other};
}

std::string document(const std::string& name, std::vector<std::string> pool = {kA, kB, kC},
                     const std::string& id = kId) {
  return to_json({.volume = name,
                  .id = id,
                  .type = "replicate",
                  .transport = {"tcp"},
                  .spec = "gluster.service.consul:/" + name,
                  .options = {},
                  .directories = {},
                  .hidden = false,
                  .pool = std::move(pool)});
}

KvEntry key(const std::string& name, const std::string& value) {
  return {"v/" + name, value, 7};
}

struct Case {
  const char* name;
  ServerState seen;
  std::vector<KvEntry> existing;
  std::vector<std::string> steps;  ///< how each begins
  std::size_t warnings = 0;
  std::size_t refused = 0;
  OtherVolume other_volume = OtherVolume::kRefuse;
};

class Plan : public ::testing::TestWithParam<Case> {};

TEST_P(Plan, HasSteps) {
  const auto& row = GetParam();
  const auto plan = plan_publication(row.seen, row.existing, policy(row.other_volume));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_THAT(plan->steps, SizeIs(row.steps.size())) << steps_text(plan->steps);
  for (std::size_t i = 0; i < row.steps.size(); ++i) {
    EXPECT_THAT(plan->steps[i].what, ::testing::StartsWith(row.steps[i]));
  }
  EXPECT_THAT(plan->warnings, SizeIs(row.warnings));
  EXPECT_THAT(plan->refused, SizeIs(row.refused));
}

INSTANTIATE_TEST_SUITE_P(
    Publication, Plan,
    ::testing::Values(
        Case{"nothing_published", server(), {}, {"add v/g0"}},
        Case{"in_step", server(), {key("g0", document("g0"))}, {}},
        Case{"pool_grew", server(), {key("g0", document("g0", {kA, kB}))}, {"change v/g0: pool"}},
        Case{
            "joined_later", server(), {key("g0", document("g0", {kB, kC}))}, {"change v/g0: pool"}},
        Case{"listed_but_not_described",
             without_description(server({}), "g0"),
             {key("g0", document("g0")), key("g1", document("g1"))},
             {"delete v/g1"}},
        Case{"volume_deleted", server({}), {key("g0", document("g0"))}, {"delete v/g0"}},
        Case{"created_anew",
             server(),
             {key("g0", document("g0", {kA, kB, kC}, kOtherId))},
             {"change v/g0: id"}},
        Case{"sorted",
             server({volume("g1"), volume("g0")}),
             {key("a", document("a"))},
             {"delete v/a", "add v/g0", "add v/g1"}},
        Case{"of_another_pool", server(), {key("g9", document("g9", {kD}))}, {"add v/g0"}},
        Case{"same_name_in_another_pool",
             server(),
             {key("g0", document("g0", {kD}, kOtherId))},
             {},
             0,
             1},
        Case{"taken_over",
             server(),
             {key("g0", document("g0", {kD}, kOtherId))},
             {"change v/g0: id"},
             0,
             0,
             OtherVolume::kTakeOver},
        Case{"fresh_server", server({}, {}), {key("g0", document("g0", {kA}))}, {}, 1},
        Case{"fresh_server_not_named", server({}, {}), {key("g0", document("g0", {kB}))}, {}},
        Case{"last_volume_of_a_pool", server({}), {key("g0", document("g0"))}, {"delete v/g0"}},
        Case{"last_but_one_of_a_lone_server",
             server({volume("g1")}, {}),
             {key("g0", document("g0", {kA}))},
             {"delete v/g0", "add v/g1"}},
        Case{
            "detached", server({volume("own")}, {}), {key("g0", document("g0"))}, {"add v/own"}, 1},
        Case{"detached_with_a_volume_of_that_name",
             server({volume("g0", kOtherId)}, {}),
             {key("g0", document("g0"))},
             {},
             0,
             1},
        Case{"half_of_the_pool_left",
             server({volume("g1")}, {}),
             {key("g0", document("g0", {kA, kB}))},
             {"add v/g1"},
             1},
        Case{"one_server_was_detached",
             server({volume("g1")}, {peer(kB)}),
             {key("g0", document("g0"))},
             {"delete v/g0", "add v/g1"}},
        Case{"foreign_keys",
             server(),
             {key("README", "for people"),
              key("a/b", document("b")),
              key("", ""),
              key("g7", R"({"schema":2})"),
              key("g8", document("g0")),
              {"w/x", "", 7}},
             {"add v/g0"},
             4},
        Case{"foreign_key_of_that_name", server(), {key("g0", "for people")}, {}, 0, 1},
        Case{"foreign_key_is_not_taken_over",
             server(),
             {key("g0", "for people")},
             {},
             0,
             1,
             OtherVolume::kTakeOver},
        Case{
            "one_peer_down", server({volume("g0")}, {peer(kB), peer(kC, false)}), {}, {"add v/g0"}},
        Case{"odd_volume", server({volume("../x"), volume("g1", "no id")}), {}, {}, 2}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Publication, WritesWithTheIndexThatWasRead) {
  const auto added = plan_publication(server(), {}, policy());
  EXPECT_EQ(added->steps[0].change, (KvChange{KvChange::Kind::kSet, "v/g0", document("g0"), 0}));
  const auto changed = plan_publication(server(), {key("g0", document("g0", {kA}))}, policy());
  EXPECT_EQ(changed->steps[0].change, (KvChange{KvChange::Kind::kSet, "v/g0", document("g0"), 7}));
  const auto deleted = plan_publication(server({}), {key("g0", document("g0"))}, policy());
  EXPECT_EQ(deleted->steps[0].change, (KvChange{KvChange::Kind::kDelete, "v/g0", "", 7}));
}

struct CutOffCase {
  const char* name;
  ServerState seen;
  ErrorCode code;
};

class CutOff : public ::testing::TestWithParam<CutOffCase> {};

TEST_P(CutOff, DoesNothing) {
  const auto plan = plan_publication(GetParam().seen, {key("g9", document("g9"))}, policy());
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, GetParam().code);
}

ServerState without_uuid() {
  auto seen = server();
  seen.uuid.clear();
  return seen;
}

INSTANTIATE_TEST_SUITE_P(
    Publication, CutOff,
    ::testing::Values(
        CutOffCase{"refused", server_without_answer(GlusterdState::kRefused),
                   ErrorCode::kUnreachable},
        CutOffCase{"closed", server_without_answer(GlusterdState::kClosed),
                   ErrorCode::kUnreachable},
        CutOffCase{"frozen", server_without_answer(GlusterdState::kNoResponse),
                   ErrorCode::kTimedOut},
        CutOffCase{"stuck", server_without_answer(GlusterdState::kOnlyPings), ErrorCode::kTimedOut},
        CutOffCase{"garbage", server_without_answer(GlusterdState::kBadReply),
                   ErrorCode::kBadReply},
        CutOffCase{"tls", server_without_answer(GlusterdState::kEncrypted), ErrorCode::kSystem},
        CutOffCase{"no_uuid", without_uuid(), ErrorCode::kBadReply},
        CutOffCase{"alone_of_three", server({}, {peer(kB, false), peer(kC, false)}),
                   ErrorCode::kUnavailable},
        CutOffCase{"alone_of_two", server({}, {peer(kB, false)}), ErrorCode::kUnavailable},
        CutOffCase{"half_of_four", server({}, {peer(kB), peer(kC, false), peer(kD, false)}),
                   ErrorCode::kUnavailable},
        CutOffCase{"rejected", server({}, {peer(kB, true, 6), peer(kC, true, 6)}),
                   ErrorCode::kUnavailable}),
    [](const auto& row) { return std::string(row.param.name); });

VolumeDocument published(const std::map<std::string, std::string, std::less<>>& options,
                         std::size_t warnings = 0) {
  auto made = volume("g0");
  for (const auto& [name, value] : options) made.options["user.glusterconsul." + name] = value;
  const auto plan = plan_publication(server({made}), {}, policy());
  EXPECT_THAT(plan->warnings, SizeIs(warnings));
  for (const auto& warning : plan->warnings) {
    EXPECT_THAT(warning.message, HasSubstr("volume g0: user.glusterconsul."));
  }
  return *parse_volume_document(plan->steps[0].change.value);
}

TEST(VolumeOptionsOfGluster, EndUpInTheDocument) {
  const auto made = published({{"options", "noatime, log-level=WARNING,noatime"},
                               {"directories", "projects,/a b/,projects"},
                               {"hidden", "on"},
                               {"service", "ssd.gluster.service.consul"}});
  EXPECT_THAT(made.options, ElementsAre("noatime", "log-level=WARNING"));
  EXPECT_THAT(made.directories, ElementsAre("/a b", "/projects"));
  EXPECT_TRUE(made.hidden);
  EXPECT_EQ(made.spec, "ssd.gluster.service.consul:/g0");
  EXPECT_FALSE(published({{"hidden", "no"}}).hidden);
}

TEST(VolumeOptionsOfGluster, AreSkippedIfTheyCannotBeUsed) {
  const auto made = published({{"options", "suid,consul-glusterfs=/tmp/x,ro"},
                               {"directories", "/,../x,a\"b,ok"},
                               {"hidden", "maybe"},
                               {"service", "evil.example.com"}},
                              7);
  EXPECT_THAT(made.options, ElementsAre("ro"));
  EXPECT_THAT(made.directories, ElementsAre("/ok"));
  EXPECT_FALSE(made.hidden);
  EXPECT_EQ(made.spec, "gluster.service.consul:/g0");
}

TEST(VolumeOptionsOfGluster, AreBounded) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += "d" + std::to_string(i) + ",";
  EXPECT_THAT(published({{"directories", many}}, 1).directories, SizeIs(kMaxDirectories));
}

TEST(VolumeOptionsOfGluster, CanBeReadBack) {
  const auto odd = published({{"directories", "caf\xE9,ok,caf\xC3\xA9"}}, 1);
  EXPECT_THAT(odd.directories, ElementsAre("/caf\xC3\xA9", "/ok"));

  std::string many;
  for (int i = 100; i < 220; ++i) {
    many += std::to_string(i);
    for (int j = 0; j < 300; ++j) many += "\xC3\xA9";
    many += ",";
  }
  auto made = published({{"directories", many}}, 1);
  EXPECT_THAT(made.directories, SizeIs(::testing::AllOf(::testing::Gt(3), ::testing::Lt(20))));
  EXPECT_TRUE(map_entry(made, {}));
  made.pool.assign(kMaxPool, kA);
  EXPECT_EQ(*parse_volume_document(to_json(made)), made);
}

TEST(StepsText, EscapesForeignText) {
  EXPECT_EQ(steps_text({{{}, "delete v/a\nb"}}), "delete v/a\\nb\n");
}

}  // namespace
}  // namespace glusterconsul::admin
