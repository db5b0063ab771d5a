#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "admin/check_output.hpp"
#include "admin/verdicts.hpp"
#include "states.hpp"
#include "util/text.hpp"
#include "verdict_cases.hpp"

namespace glusterconsul::admin {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const gluster::VolumeName kG0 = *gluster::VolumeName::parse("g0");

gluster::VolumeInfo auto_quorum(gluster::VolumeInfo info) {
  info.options["cluster.quorum-type"] = "auto";
  return info;
}

gluster::VolumeInfo with_status(gluster::VolumeInfo info, VolumeStatus status) {
  info.status = status;
  return info;
}

gluster::VolumeInfo on_one_server(gluster::VolumeInfo info) {
  for (auto& brick : info.bricks) brick.uuid = "uuid-1";
  return info;
}

VolumeState of_server(VolumeState seen, std::string uuid) {
  seen.uuid = std::move(uuid);
  return seen;
}

/// A replica 2 with a thin arbiter.
VolumeState with_thin_arbiter(const std::string& bricks, BrickKind kind) {
  auto seen = volume_state(replicate(1, 2), bricks);
  seen.info.thin_arbiter = {"ta", "/srv/ta", ""};
  seen.thin_arbiter = gluster::BrickState{{*Host::parse("ta"), "/srv/ta"}, kind, 0, {}};
  return seen;
}

VolumeState missing_volume() {
  VolumeState seen;
  seen.glusterd = GlusterdState::kAnswers;
  return seen;
}

constexpr VolumePolicy kLocal{VolumePolicy::Scope::kLocal, CheckStatus::kWarning};
constexpr VolumePolicy kStrict{VolumePolicy::Scope::kAll, CheckStatus::kCritical};

struct VolumeCase {
  std::string name;
  VolumeState seen;
  CheckStatus status;
  std::string output;
  VolumePolicy policy = {};
};

void PrintTo(const VolumeCase& row, std::ostream* out) {
  *out << row.output;
}

class JudgeVolume : public ::testing::TestWithParam<VolumeCase> {};

TEST_P(JudgeVolume, GivesStatusAndOutput) {
  const auto& row = GetParam();
  const auto verdict = judge_volume(kG0, row.seen, row.policy);
  EXPECT_EQ(verdict.status, row.status);
  EXPECT_EQ(verdict.output, row.output);
}

INSTANTIATE_TEST_SUITE_P(
    Glusterd, JudgeVolume,
    ::testing::Values(
        VolumeCase{"Refused", volume_without_answer(GlusterdState::kRefused, "Connection refused"),
                   kCritical, "glusterd cannot be reached: Connection refused"},
        VolumeCase{"NoResponse",
                   volume_without_answer(GlusterdState::kNoResponse, "no reply within 2.9 s"),
                   kCritical, "glusterd does not respond"},
        VolumeCase{"OnlyPings", volume_without_answer(GlusterdState::kOnlyPings), kCritical,
                   "glusterd answers pings but not requests: it is stuck in a transaction"},
        VolumeCase{"Closed", volume_without_answer(GlusterdState::kClosed), kCritical,
                   "glusterd closes the connection without an answer"},
        VolumeCase{"Unresolved",
                   volume_without_answer(GlusterdState::kUnresolved, "Name not known"), kWarning,
                   "unknown: the name of the server cannot be resolved"},
        VolumeCase{"BadReply", volume_without_answer(GlusterdState::kBadReply, "a\nb"), kWarning,
                   "unknown: glusterd gave no usable answer: a\\nb"},
        VolumeCase{"Encrypted", volume_without_answer(GlusterdState::kEncrypted), kWarning,
                   "unknown: management traffic is encrypted (secure-access)"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    VolumeStatus, JudgeVolume,
    ::testing::Values(
        VolumeCase{"UnknownVolume", missing_volume(), kCritical, "volume g0 does not exist"},
        VolumeCase{"NotStarted",
                   volume_state(with_status(replicate(1, 3), VolumeStatus::kCreated), "---"),
                   kCritical, "g0 is not started"},
        VolumeCase{"Stopped",
                   volume_state(with_status(replicate(1, 3), VolumeStatus::kStopped), "---"),
                   kCritical, "g0 is stopped"},
        VolumeCase{"UnknownStatus",
                   volume_state(with_status(replicate(1, 3), VolumeStatus::kOther), "---"),
                   kWarning, "unknown: glusterd reports an unknown status of g0"},
        VolumeCase{"NoBricks", volume_state(started_volume(0), ""), kWarning,
                   "unknown: glusterd lists no bricks of g0"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    OneSet, JudgeVolume,
    ::testing::Values(
        VolumeCase{"Healthy", volume_state(replicate(1, 3), "+++"), kPassing,
                   "g0 is healthy: all 3 bricks answer"},
        VolumeCase{"HealthyWithOneBrick", volume_state(started_volume(1), "+"), kPassing,
                   "g0 is healthy: its brick answers"},
        VolumeCase{"Degraded", volume_state(replicate(1, 3), "+-+"), kWarning,
                   "g0 is degraded: 1 of 3 bricks does not answer: gl2:/srv/g0 (refused)"},
        VolumeCase{"Lost", volume_state(replicate(1, 3), "+--"), kCritical,
                   "g0 cannot serve: 2 of 3 bricks do not answer, 2 needed: gl2:/srv/g0 (refused), "
                   "gl3:/srv/g0 (refused)"},
        VolumeCase{"OnlyBrickLost", volume_state(started_volume(1), "-"), kCritical,
                   "g0 cannot serve: 1 of 1 brick does not answer, 1 needed: gl1:/srv/g0 "
                   "(refused)"},
        VolumeCase{"FirstOfTwoLost", volume_state(auto_quorum(replicate(1, 2)), "-+"), kCritical,
                   "g0 cannot serve: 1 of 2 bricks does not answer, both or the first needed: "
                   "gl1:/srv/g0 (refused)"},
        VolumeCase{"DegradedAndUnknown", volume_state(replicate(1, 2), "+-"), kWarning,
                   "g0 is degraded: 1 of 2 bricks does not answer: gl2:/srv/g0 (refused)"},
        VolumeCase{"Unknown", volume_state(replicate(1, 3), "???"), kWarning,
                   "unknown: g0: 3 of 3 bricks cannot be checked: gl1:/srv/g0 (unknown), "
                   "gl2:/srv/g0 (unknown), gl3:/srv/g0 (unknown)"},
        VolumeCase{"ServesButUnknown", volume_state(replicate(1, 3), "++?"), kWarning,
                   "unknown: g0: 1 of 3 bricks cannot be checked: gl3:/srv/g0 (unknown)"},
        VolumeCase{"PerhapsLost", volume_state(replicate(1, 3), "+-?"), kWarning,
                   "unknown: g0: 1 of 3 bricks does not answer, 1 cannot be checked: gl2:/srv/g0 "
                   "(refused), gl3:/srv/g0 (unknown)"},
        VolumeCase{"LostWhateverIsUnknown", volume_state(replicate(1, 3), "--?"), kCritical,
                   "g0 cannot serve: 2 of 3 bricks do not answer, 1 cannot be checked, 2 needed: "
                   "gl1:/srv/g0 (refused), gl2:/srv/g0 (refused), gl3:/srv/g0 (unknown)"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    ThinArbiter, JudgeVolume,
    ::testing::Values(
        VolumeCase{"Healthy", with_thin_arbiter("++", BrickKind::kAnswers), kPassing,
                   "g0 is healthy: all 2 bricks and the thin arbiter answer"},
        VolumeCase{"OneBrick", with_thin_arbiter("-+", BrickKind::kAnswers), kWarning,
                   "g0 is degraded: 1 of 2 bricks does not answer: gl1:/srv/g0 (refused)"},
        VolumeCase{"NoArbiter", with_thin_arbiter("++", BrickKind::kRefused), kWarning,
                   "g0 is degraded: its thin arbiter does not answer: thin arbiter ta:/srv/ta "
                   "(refused)"},
        VolumeCase{"ArbiterUnknown", with_thin_arbiter("++", BrickKind::kLookupFailed), kWarning,
                   "unknown: g0: its thin arbiter cannot be checked: thin arbiter ta:/srv/ta (name "
                   "lookup failed)"},
        VolumeCase{
            "OneBrickAndNoArbiter", with_thin_arbiter("+-", BrickKind::kRefused), kCritical,
            "g0 cannot serve: 1 of 2 bricks does not answer, nor does the thin arbiter: thin "
            "arbiter ta:/srv/ta (refused), gl2:/srv/g0 (refused)"},
        VolumeCase{
            "OneBrickAndArbiterUnknown", with_thin_arbiter("+-", BrickKind::kUnknown), kWarning,
            "unknown: g0: 1 of 2 bricks does not answer, the thin arbiter cannot be checked: "
            "thin arbiter ta:/srv/ta (unknown), gl2:/srv/g0 (refused)"},
        VolumeCase{"NoBrick", with_thin_arbiter("--", BrickKind::kAnswers), kCritical,
                   "g0 cannot serve: 2 of 2 bricks do not answer, 1 needed: gl1:/srv/g0 (refused), "
                   "gl2:/srv/g0 (refused)"},
        VolumeCase{"Local", with_thin_arbiter("++", BrickKind::kRefused), kPassing,
                   "g0 is healthy: its brick on this server answers", kLocal}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    SeveralSets, JudgeVolume,
    ::testing::Values(
        VolumeCase{"Healthy", volume_state(replicate(2, 2), "++++"), kPassing,
                   "g0 is healthy: all 4 bricks answer"},
        VolumeCase{"Degraded", volume_state(replicate(2, 2), "++-+"), kWarning,
                   "g0 is degraded: 1 of 4 bricks does not answer: gl3:/srv/g0 (refused)\n"
                   "set 2 is degraded: gl3:/srv/g0 (refused)"},
        VolumeCase{"Partial", volume_state(replicate(2, 2), "-+--"), kWarning,
                   "g0 is partial: 1 of 2 sets cannot serve, 3 of 4 bricks do not answer: "
                   "gl3:/srv/g0 (refused), gl4:/srv/g0 (refused), gl1:/srv/g0 (refused)\n"
                   "set 1 is degraded: gl1:/srv/g0 (refused)\n"
                   "set 2 cannot serve: gl3:/srv/g0 (refused), gl4:/srv/g0 (refused)"},
        VolumeCase{"PartialIsCritical", volume_state(started_volume(2), "+-"), kCritical,
                   "g0 is partial: 1 of 2 sets cannot serve, 1 of 2 bricks does not answer: "
                   "gl2:/srv/g0 (refused)\n"
                   "set 2 cannot serve: gl2:/srv/g0 (refused)",
                   kStrict},
        VolumeCase{"DegradedIsNotPartial", volume_state(replicate(1, 3), "+-+"), kWarning,
                   "g0 is degraded: 1 of 3 bricks does not answer: gl2:/srv/g0 (refused)", kStrict},
        VolumeCase{"PartialAndUnknown", volume_state(started_volume(3), "+-?"), kWarning,
                   "g0 is partial: 1 of 3 sets cannot serve, 1 of 3 bricks does not answer, 1 "
                   "cannot be checked: gl2:/srv/g0 (refused), gl3:/srv/g0 (unknown)\n"
                   "set 2 cannot serve: gl2:/srv/g0 (refused)\n"
                   "set 3 is unknown: gl3:/srv/g0 (unknown)"},
        VolumeCase{"LostOrUnknown", volume_state(started_volume(2), "-?"), kWarning,
                   "g0 is partial: 1 of 2 sets cannot serve, 1 of 2 bricks does not answer, 1 "
                   "cannot be checked: gl1:/srv/g0 (refused), gl2:/srv/g0 (unknown)\n"
                   "set 1 cannot serve: gl1:/srv/g0 (refused)\n"
                   "set 2 is unknown: gl2:/srv/g0 (unknown)"},
        VolumeCase{"DegradedAndUnknown", volume_state(replicate(2, 2), "-++?"), kWarning,
                   "g0 is degraded: 1 of 4 bricks does not answer, 1 cannot be checked: "
                   "gl1:/srv/g0 (refused), gl4:/srv/g0 (unknown)\n"
                   "set 1 is degraded: gl1:/srv/g0 (refused)\n"
                   "set 2 is degraded: gl4:/srv/g0 (unknown)"},
        VolumeCase{"Lost", volume_state(started_volume(2), "--"), kCritical,
                   "g0 cannot serve: none of 2 sets can, 2 of 2 bricks do not answer: gl1:/srv/g0 "
                   "(refused), gl2:/srv/g0 (refused)\n"
                   "set 1 cannot serve: gl1:/srv/g0 (refused)\n"
                   "set 2 cannot serve: gl2:/srv/g0 (refused)"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Local, JudgeVolume,
    ::testing::Values(
        VolumeCase{"Healthy", volume_state(replicate(1, 3), "+--"), kPassing,
                   "g0 is healthy: its brick on this server answers", kLocal},
        VolumeCase{"HealthyWithTwo", volume_state(on_one_server(started_volume(2)), "++"), kPassing,
                   "g0 is healthy: all 2 bricks on this server answer", kLocal},
        VolumeCase{"OthersUnknown", volume_state(replicate(1, 3), "+??"), kPassing,
                   "g0 is healthy: its brick on this server answers", kLocal},
        VolumeCase{"Degraded", volume_state(replicate(1, 3), "-++"), kWarning,
                   "g0 is degraded: 1 of 1 brick on this server does not answer: gl1:/srv/g0 "
                   "(refused)",
                   kLocal},
        VolumeCase{"Partial", volume_state(started_volume(2), "--"), kWarning,
                   "g0 is partial: 1 of 2 sets cannot serve, 1 of 1 brick on this server does not "
                   "answer: gl1:/srv/g0 (refused)\n"
                   "set 1 cannot serve: gl1:/srv/g0 (refused)",
                   kLocal},
        VolumeCase{"AllReplicasHere", volume_state(on_one_server(replicate(1, 2)), "--"), kCritical,
                   "g0 cannot serve: 2 of 2 bricks on this server do not answer, 1 needed: "
                   "gl1:/srv/g0 (refused), gl2:/srv/g0 (refused)",
                   kLocal},
        VolumeCase{"NoBricksHere", of_server(volume_state(replicate(1, 3), "---"), "uuid-9"),
                   kPassing, "g0 is healthy: it has no bricks on this server", kLocal},
        VolumeCase{"UnknownHere", volume_state(replicate(1, 3), "?++"), kWarning,
                   "unknown: g0: 1 of 1 brick on this server cannot be checked: gl1:/srv/g0 "
                   "(unknown)",
                   kLocal},
        VolumeCase{"UnknownServer", of_server(volume_state(replicate(1, 3), "+++"), ""), kWarning,
                   "unknown: cannot determine which bricks of g0 are on this server", kLocal},
        VolumeCase{"Stopped",
                   volume_state(with_status(replicate(1, 3), VolumeStatus::kStopped), "---"),
                   kCritical, "g0 is stopped", kLocal}),
    case_name);

struct WordCase {
  std::string name;
  BrickKind kind;
  std::string word;
};

class BrickWord : public ::testing::TestWithParam<WordCase> {};

TEST_P(BrickWord, IsInTheOutput) {
  auto seen = volume_state(replicate(1, 3), "+++");
  seen.bricks[1].kind = GetParam().kind;
  seen.bricks[1].detail = "after 1.234 s";
  EXPECT_THAT(judge_volume(kG0, seen, {}).output,
              EndsWith("gl2:/srv/g0 (" + GetParam().word + ")"));
}

INSTANTIATE_TEST_SUITE_P(
    Words, BrickWord,
    ::testing::Values(WordCase{"OnlyAccepts", BrickKind::kOnlyAccepts, "no response"},
                      WordCase{"Unresolved", BrickKind::kUnresolved, "name does not resolve"},
                      WordCase{"LookupFailed", BrickKind::kLookupFailed, "name lookup failed"},
                      WordCase{"NoGlusterd", BrickKind::kNoGlusterd, "glusterd unreachable"},
                      WordCase{"GlusterdNoResponse", BrickKind::kGlusterdNoResponse,
                               "glusterd does not respond"},
                      WordCase{"NotRunning", BrickKind::kNotRunning, "not started"},
                      WordCase{"Refused", BrickKind::kRefused, "refused"},
                      WordCase{"NoResponse", BrickKind::kNoResponse, "no response"},
                      WordCase{"Unknown", BrickKind::kUnknown, "unknown"}),
    [](const auto& row) { return row.param.name; });

TEST(JudgeVolume, FailedLookupsAndBusyServersAreUnknown) {
  auto seen = volume_state(replicate(1, 3), "+++");
  for (const auto kind : {BrickKind::kLookupFailed, BrickKind::kGlusterdNoResponse}) {
    for (auto& brick : seen.bricks) brick.kind = kind;
    const auto verdict = judge_volume(kG0, seen, {.partial = kCritical});
    EXPECT_EQ(verdict.status, kWarning);
    EXPECT_THAT(verdict.output, StartsWith("unknown: g0: 3 of 3 bricks cannot be checked: gl1:"));
  }
}

TEST(JudgeVolume, BoundsOutputForManyBricks) {
  const auto verdict =
      judge_volume(kG0, volume_state(started_volume(4096), std::string(4096, '-')), {});
  EXPECT_EQ(verdict.status, kCritical);
  EXPECT_LE(verdict.output.size(), kMaxCheckOutput);
  EXPECT_THAT(
      verdict.output,
      AllOf(StartsWith(
                "g0 cannot serve: none of 4096 sets can, 4096 of 4096 bricks do not "
                "answer: gl1:/srv/g0 (refused), gl2:/srv/g0 (refused), "
                "gl3:/srv/g0 (refused) and 4093 more\nset 1 cannot serve: gl1:/srv/g0 (refused)\n"),
            EndsWith(" more")));
}

TEST(JudgeVolume, ListsEachBrickOfSingleSetIfFirstLineIsTruncated) {
  const auto verdict = judge_volume(kG0, volume_state(replicate(1, 9), "-----++++"), {});
  EXPECT_EQ(verdict.status, kCritical);
  EXPECT_THAT(verdict.output, AllOf(HasSubstr(" and 1 more\ngl1:/srv/g0 (refused)\n"),
                                    EndsWith("\ngl5:/srv/g0 (refused)")));
}

TEST(JudgeVolume, EscapesHostileBricks) {
  auto seen = volume_state(replicate(1, 3), "+--");
  seen.info.bricks[1].host = "gl2\n\x1b[2J";
  seen.info.bricks[2].path = std::string(4096, '\xff');
  const auto verdict = judge_volume(kG0, seen, {});
  EXPECT_THAT(verdict.output, HasSubstr(": gl2\\n\\x1b[2J:/srv/g0 (refused)"));
  EXPECT_LE(verdict.output.size(), kMaxCheckOutput);
  EXPECT_TRUE(std::all_of(verdict.output.begin(), verdict.output.end(),
                          [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; }));
}

TEST(JudgeVolume, KeepsTheCauseWithTheLongestName) {
  const auto name = *gluster::VolumeName::parse(std::string(256, 'v'));
  const auto verdict = judge_volume(name, volume_state(replicate(1, 3), "+--"), {});
  EXPECT_THAT(verdict.output, HasSubstr("... cannot serve: 2 of 3 bricks do not answer, 2 needed"));
  EXPECT_LE(verdict.output.find('\n'), kMaxCheckLine);
}

}  // namespace
}  // namespace glusterconsul::admin
