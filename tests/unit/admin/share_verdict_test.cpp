#include "admin/share_verdict.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "admin/check_output.hpp"
#include "verdict_cases.hpp"

namespace glusterconsul::admin {
namespace {

using SmbState = SmbAnswer::State;
using ShareVerdict = std::optional<CheckResult>;

const Endpoint kSmbServer{*Host::parse("127.0.0.1"), 445};

ShareConfig config_of(std::string path, std::string volume = "") {
  ShareConfig config;
  config.path = std::move(path);
  config.volume = std::move(volume);
  return config;
}

ShareConfig unavailable() {
  auto config = config_of("/", "g0");
  config.is_available = false;
  return config;
}

ShareVerdict path(const PathMount& found, bool is_gluster = false, std::string type = "ext4") {
  return judge_share_path("/srv/g0", {found, is_gluster, std::move(type)});
}

ShareVerdict mount(int error_number, bool has_ended, bool has_client) {
  Observation seen;
  seen.statfs = {has_ended, error_number};
  seen.has_client = has_client;
  return judge_share_mount("/srv/g0", seen);
}

ShareVerdict critical(std::string output) {
  return CheckResult{kCritical, std::move(output)};
}
ShareVerdict unknown_because(const std::string& output) {
  return CheckResult{kWarning, "unknown: " + output};
}

struct StepCase {
  std::string name;
  ShareVerdict verdict;
  ShareVerdict expected;
};

void PrintTo(const StepCase& row, std::ostream* out) {
  *out << (row.verdict ? row.verdict->output : "nothing");
}

class ShareStep : public ::testing::TestWithParam<StepCase> {};

TEST_P(ShareStep, Verdict) {
  const auto& [name, verdict, expected] = GetParam();
  ASSERT_EQ(verdict.has_value(), expected.has_value());
  if (!expected) return;
  EXPECT_EQ(verdict->status, expected->status);
  EXPECT_EQ(verdict->output, expected->output);
}

INSTANTIATE_TEST_SUITE_P(
    Smb, ShareStep,
    ::testing::Values(
        StepCase{"Answers", judge_smb(kSmbServer, {SmbState::kAnswers}), {}},
        StepCase{"Rejects", judge_smb(kSmbServer, {SmbState::kRejects, "status 0xc00000bb"}),
                 critical("the SMB server 127.0.0.1:445 rejects SMB2: status 0xc00000bb")},
        StepCase{"Unresolved", judge_smb(kSmbServer, {SmbState::kUnresolved, "Name not known"}),
                 unknown_because("the name of 127.0.0.1:445 cannot be resolved")},
        StepCase{"Refused", judge_smb(kSmbServer, {SmbState::kRefused, "Connection refused"}),
                 critical("no SMB server at 127.0.0.1:445: Connection refused")},
        StepCase{"NoResponse", judge_smb(kSmbServer, {SmbState::kNoResponse}),
                 critical("the SMB server 127.0.0.1:445 does not respond")},
        StepCase{"Closed", judge_smb(kSmbServer, {SmbState::kClosed}),
                 critical("the SMB server 127.0.0.1:445 closes the connection without an answer")},
        StepCase{"BadReply", judge_smb(kSmbServer, {SmbState::kBadReply, "it is not SMB"}),
                 critical("127.0.0.1:445 is not an SMB2 server: it is not SMB")}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Config, ShareStep,
    ::testing::Values(
        StepCase{"Volume", judge_share_config(config_of("/", "g0")), {}},
        StepCase{"Path", judge_share_config(config_of("/srv/g0")), {}},
        StepCase{"VolumeWithVariable", judge_share_config(config_of("/%U", "g0")), {}},
        StepCase{"NoShare", judge_share_config(fail(ErrorCode::kUnknown, "Samba has no share x")),
                 critical("Samba has no share x")},
        StepCase{"NotReadable", judge_share_config(fail(ErrorCode::kBadReply, "cannot read")),
                 unknown_because("cannot read")},
        StepCase{"NoTestparm", judge_share_config(fail(ErrorCode::kSystem, "no testparm")),
                 unknown_because("no testparm")},
        StepCase{"Unavailable", judge_share_config(unavailable()),
                 critical("the share is not available (available = no)")},
        StepCase{"NoPath", judge_share_config(config_of("")), critical("the share has no path")},
        StepCase{"PathWithVariable", judge_share_config(config_of("/home/%U")),
                 unknown_because("the path of the share depends on the user: /home/%U")}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Path, ShareStep,
    ::testing::Values(
        StepCase{"Gluster", path({true, 0, 7}, true, "fuse.glusterfs"), {}},
        StepCase{"LocalDirectory", path({true, 0, 7}),
                 critical("no volume is mounted at /srv/g0, which is on ext4")},
        StepCase{"OtherFuse", path({true, 0, 7}, false, "fuse.sshfs"),
                 critical("no volume is mounted at /srv/g0, which is on fuse.sshfs")},
        StepCase{"NoResponse", path({}), critical("/srv/g0 does not respond")},
        StepCase{"Missing", path({true, ENOENT, 0}),
                 critical("/srv/g0 cannot be opened: No such file or directory")},
        StepCase{"ClientHasEnded", path({true, ENOTCONN, 0}),
                 critical("/srv/g0 cannot be opened: Transport endpoint is not connected")},
        StepCase{"NoPermission", path({true, EACCES, 0}),
                 unknown_because("/srv/g0 cannot be opened: Permission denied")},
        StepCase{"UnknownMount", path({true, 0, 7}, false, ""),
                 unknown_because("the file system of /srv/g0 cannot be determined")},
        StepCase{"MountWorks", mount(0, true, true), {}},
        StepCase{"MountIsDead", mount(ENOTCONN, true, false),
                 critical("the mount at /srv/g0 does not work: dead")},
        StepCase{"MountDoesNotRespond", mount(0, false, true),
                 critical("the mount at /srv/g0 does not work: no-response")}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Login, ShareStep,
    ::testing::Values(StepCase{"Works", judge_login({true, true, "NT_STATUS_OK is a file"}), {}},
                      StepCase{"NoResponse", judge_login({}),
                               critical("the share cannot be used: smbclient timed out")},
                      StepCase{"Failed", judge_login({true, false, "x: NT_STATUS_LOGON_FAILURE\n"}),
                               critical("the share cannot be used: NT_STATUS_LOGON_FAILURE")},
                      StepCase{"FailedWithoutStatus", judge_login({true, false, "Usage"}),
                               critical("the share cannot be used: smbclient failed")}),
    case_name);

TEST(JudgeShare, NamesTheShareBeforeTheVolume) {
  const auto healthy =
      judge_share("data", {CheckStatus::kPassing, "g0 is healthy: all 3 bricks answer"});
  EXPECT_EQ(healthy.status, CheckStatus::kPassing);
  EXPECT_EQ(healthy.output, "share data: g0 is healthy: all 3 bricks answer");
  EXPECT_EQ(judge_share("data", {kCritical, "g0 cannot serve\nset 1: gl1"}).output,
            "share data: g0 cannot serve\nset 1: gl1");
}

TEST(JudgeShare, KeepsUnknownInFront) {
  EXPECT_EQ(judge_share("data", {kWarning, "unknown: g0: x"}).output, "unknown: share data: g0: x");
}

TEST(JudgeShare, IsBounded) {
  std::string output(kMaxCheckLine, 'v');
  for (int i = 0; i < 30; ++i) output += "\n" + std::string(60, 'd');
  const auto result = judge_share(std::string(4096, '\n'), {kCritical, output});
  EXPECT_LE(result.output.size(), kMaxCheckOutput);
  EXPECT_LE(result.output.find('\n'), kMaxCheckLine);
}

}  // namespace
}  // namespace glusterconsul::admin
