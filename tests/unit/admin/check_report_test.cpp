#include "admin/check_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace glusterconsul::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

CheckedVolume checked_volume(const std::string& name, CheckStatus status,
                             const std::string& output) {
  return {*gluster::VolumeName::parse(name), {}, {status, output}};
}

Endpoint checked_server() {
  return {*Host::parse("10.0.0.1"), 24007};
}

TEST(Combined, OneVolumeIsItsOwnResult) {
  const std::vector one = {checked_volume("g0", CheckStatus::kWarning, "cause\ndetail")};
  EXPECT_EQ(combined(one), (CheckResult{CheckStatus::kWarning, "cause\ndetail"}));
}

TEST(Combined, HasWorstStatusAndSumFirst) {
  const std::vector all = {checked_volume("g0", CheckStatus::kPassing, "g0: fine"),
                           checked_volume("g1", CheckStatus::kCritical, "g1: broken\nall of it"),
                           checked_volume("g2", CheckStatus::kWarning, "unknown: g2"),
                           checked_volume("g3", CheckStatus::kWarning, "g3: degraded")};
  EXPECT_EQ(combined(all),
            (CheckResult{CheckStatus::kCritical,
                         "1 of 4 volumes is healthy: g1 (critical), g2 (unknown), g3 (warning)\n"
                         "g0: fine\ng1: broken\nall of it\nunknown: g2\ng3: degraded"}));
}

TEST(Combined, AllHealthy) {
  const std::vector all = {checked_volume("g0", CheckStatus::kPassing, "g0: fine"),
                           checked_volume("g1", CheckStatus::kPassing, "g1: fine")};
  EXPECT_EQ(combined(all),
            (CheckResult{CheckStatus::kPassing, "2 of 2 volumes are healthy\ng0: fine\ng1: fine"}));
}

TEST(Combined, IsUnknownIfNothingWorseIsKnown) {
  const std::vector all = {checked_volume("g0", CheckStatus::kPassing, "g0: fine"),
                           checked_volume("g1", CheckStatus::kWarning, "unknown: g1")};
  EXPECT_THAT(combined(all).output, StartsWith("unknown: 1 of 2 volumes is healthy: g1 (unknown)"));
  EXPECT_EQ(combined(all).status, CheckStatus::kWarning);
}

TEST(Combined, IsLimitedWithTheWorstFirst) {
  std::vector<CheckedVolume> all;
  for (int i = 0; i < 99; ++i) {
    all.push_back(checked_volume("g" + std::to_string(i), CheckStatus::kPassing,
                                 "g" + std::to_string(i) + ": " + std::string(100, 'x')));
  }
  all.push_back(checked_volume("last", CheckStatus::kCritical, "last: broken\nall of it"));
  const auto result = combined(all);
  EXPECT_EQ(result.status, CheckStatus::kCritical);
  EXPECT_LE(result.output.size(), 2048U);
  EXPECT_THAT(result.output,
              StartsWith("99 of 100 volumes are healthy: last (critical)\nlast: broken\ng0: "));
  EXPECT_THAT(result.output, HasSubstr("\nand "));
}

TEST(Combined, LimitsFirstLine) {
  std::vector<CheckedVolume> all;
  for (int i = 0; i < 50; ++i) {
    all.push_back(checked_volume("volume" + std::to_string(i), CheckStatus::kCritical, "broken"));
  }
  const auto output = combined(all).output;
  EXPECT_LE(output.find('\n'), 160U);
  EXPECT_THAT(output, HasSubstr(" more\n"));
}

TEST(Unknown, IsWarningOnOneLine) {
  const auto result = unknown({ErrorCode::kSystem, "no\ndescriptors"});
  EXPECT_EQ(result, (CheckResult{CheckStatus::kWarning, "unknown: no\\ndescriptors"}));
}

TEST(ServerCheckJson, HasEverythingThatWasSeen) {
  gluster::VolumeInfo g0;
  g0.name = "g0";
  const ServerState seen{
      .glusterd = GlusterdState::kAnswers,
      .detail = "",
      .uuid = "uuid-1",
      .peers = {{"uuid-2", "gl2", 6, "Peer Rejected", true}},
      .volumes = {g0},
  };
  const auto json = Json::parse(
      server_check_json(checked_server(), seen, {CheckStatus::kWarning, "gl2 is rejected"}));
  EXPECT_EQ(json["address"], "10.0.0.1:24007");
  EXPECT_EQ(json["status"], "warning");
  EXPECT_EQ(json["output"], "gl2 is rejected");
  EXPECT_EQ(json["glusterd"], "answers");
  EXPECT_EQ(json["uuid"], "uuid-1");
  EXPECT_EQ(json["peers"][0]["state_id"], 6);
  EXPECT_EQ(json["volumes"], Json::array({"g0"}));
  EXPECT_TRUE(json["error"].is_null());
}

TEST(ServerCheckJson, HasAWordForEachState) {
  std::vector<std::string> words;
  for (const auto state :
       {GlusterdState::kAnswers, GlusterdState::kOnlyPings, GlusterdState::kRefused,
        GlusterdState::kNoResponse, GlusterdState::kClosed, GlusterdState::kUnresolved,
        GlusterdState::kBadReply, GlusterdState::kEncrypted}) {
    ServerState seen;
    seen.glusterd = state;
    words.push_back(
        Json::parse(server_check_json(checked_server(), seen, {}))["glusterd"].get<std::string>());
  }
  EXPECT_THAT(words, ::testing::ElementsAre("answers", "only-pings", "refused", "no-response",
                                            "closed", "unresolved", "bad-reply", "encrypted"));
}

TEST(VolumeCheckJson, HasAWordForEachBrickAndType) {
  using Kind = gluster::BrickState::Kind;
  using Type = gluster::VolumeInfo::Type;
  auto checked = checked_volume("g0", CheckStatus::kCritical, "broken");
  checked.seen.exists = true;
  for (const auto kind : {Kind::kAnswers, Kind::kOnlyAccepts, Kind::kUnresolved,
                          Kind::kLookupFailed, Kind::kNoGlusterd, Kind::kGlusterdNoResponse,
                          Kind::kNotRunning, Kind::kRefused, Kind::kNoResponse, Kind::kUnknown}) {
    checked.seen.info.bricks.push_back({"gl1", "/b", ""});
    checked.seen.bricks.push_back(
        {{*Host::parse("gl1"), "/b"}, kind, kind == Kind::kNotRunning ? Port{0} : Port{49152}, ""});
  }
  for (const auto& [type, word] :
       {std::pair{Type::kDistribute, "distribute"}, std::pair{Type::kReplicate, "replicate"},
        std::pair{Type::kDisperse, "disperse"}, std::pair{Type::kOther, "other"}}) {
    checked.seen.info.type = type;
    const auto json = Json::parse(volume_check_json(checked_server(), {&checked, 1}));
    EXPECT_EQ(json["volumes"][0]["type"], word);
  }
  const auto json = Json::parse(volume_check_json(checked_server(), {&checked, 1}))["volumes"][0];
  EXPECT_EQ(json["started"], false);
  std::vector<std::string> words;
  for (const auto& brick : json["bricks"]) words.push_back(brick["state"]);
  EXPECT_THAT(words, ::testing::ElementsAre("answers", "only-accepts", "unresolved",
                                            "lookup-failed", "no-glusterd", "glusterd-no-response",
                                            "not-running", "refused", "no-response", "unknown"));
  EXPECT_TRUE(json["bricks"][6]["port"].is_null());
  EXPECT_EQ(json["bricks"][0]["port"], 49152);
}

TEST(VolumeCheckJson, VolumeThatDoesNotExistHasNoType) {
  const auto checked = checked_volume("g0", CheckStatus::kCritical, "no such volume");
  const auto json = Json::parse(volume_check_json(checked_server(), {&checked, 1}));
  EXPECT_EQ(json["status"], "critical");
  EXPECT_TRUE(json["volumes"][0]["type"].is_null());
  EXPECT_EQ(json["volumes"][0]["exists"], false);
}

TEST(FailedCheckJson, HasTheError) {
  const Error error{ErrorCode::kSystem, "no descriptors"};
  const auto json = Json::parse(failed_check_json(error, unknown(error)));
  EXPECT_EQ(json["error"]["code"], "system");
  EXPECT_EQ(json["status"], "warning");
}

}  // namespace
}  // namespace glusterconsul::admin
