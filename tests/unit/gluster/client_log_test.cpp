#include "gluster/client_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace glusterconsul::gluster {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The line that glusterfs 10.3 logs at the end of each failed attempt.
constexpr std::string_view kEnd =
    "[2026-01-02 03:04:05.688480 +0000] W [glusterfsd.c:1458:cleanup_and_exit] "
    "(-->/lib/x86_64-linux-gnu/libc.so.6(+0x891f5) [0x7f0000000000] "
    "-->glusterfs(glusterfs_sigwaiter+0xc5) [0x550000000000] "
    "-->glusterfs(cleanup_and_exit+0x57) [0x550000000001] ) 0-: received signum (15), shutting "
    "down \n";

struct Attempt {
  const char* row;
  std::string log;
  std::vector<std::string> errors;
};
void PrintTo(const Attempt& attempt, std::ostream* out) {
  *out << attempt.row;
}

class FailedAttempt : public ::testing::TestWithParam<Attempt> {};

TEST_P(FailedAttempt, ReportsCauseFirst) {
  EXPECT_EQ(log_errors(GetParam().log + std::string(kEnd)), GetParam().errors);
}

/// Recorded lines, with times, names and addresses replaced.
INSTANTIATE_TEST_SUITE_P(
    Glusterfs10, FailedAttempt,
    ::testing::Values(
        Attempt{"UnknownVolume",
                "[2026-01-02 03:04:05.870721 +0000] E [glusterfsd-mgmt.c:2170:mgmt_getspec_cbk] "
                "0-glusterfs: failed to get the 'volume file' from server\n"
                "[2026-01-02 03:04:05.870728 +0000] E [glusterfsd-mgmt.c:2371:mgmt_getspec_cbk] "
                "0-mgmt: failed to fetch volume file (key:/g1)\n",
                {"failed to fetch volume file (key:/g1)",
                 "failed to get the 'volume file' from server"}},
        Attempt{"AddressNotAllowed",
                "[2026-01-02 03:04:05.508406 +0000] W [MSGID: 114043] "
                "[client-handshake.c:726:client_setvolume_cbk] 0-g0-client-0: failed to set the "
                "volume [{errno=13}, {error=Permission denied}] \n"
                "[2026-01-02 03:04:05.508440 +0000] E [MSGID: 114044] "
                "[client-handshake.c:756:client_setvolume_cbk] 0-g0-client-0: SETVOLUME on "
                "remote-host failed [{remote-error=Authentication failed}, {errno=13}, "
                "{error=Permission denied}] \n"
                "[2026-01-02 03:04:05.508489 +0000] E [fuse-bridge.c:6552:notify] 0-fuse: Server "
                "authentication failed. Shutting down.\n",
                {"SETVOLUME on remote-host failed [{remote-error=Authentication failed}, "
                 "{errno=13}, {error=Permission denied}]",
                 "Server authentication failed. Shutting down."}},
        Attempt{"NoSuchDirectory",
                "[2026-01-02 03:04:05.287791 +0000] E [MSGID: 114044] "
                "[client-handshake.c:756:client_setvolume_cbk] 0-g0-client-0: SETVOLUME on "
                "remote-host failed [{remote-error=subdirectory for mount \"/nope\" is not found}, "
                "{errno=2}, {error=No such file or directory}] \n"
                "[2026-01-02 03:04:05.287791 +0000] E [MSGID: 114044] "
                "[client-handshake.c:756:client_setvolume_cbk] 0-g0-client-1: SETVOLUME on "
                "remote-host failed [{remote-error=subdirectory for mount \"/nope\" is not found}, "
                "{errno=2}, {error=No such file or directory}] \n",
                {"SETVOLUME on remote-host failed [{remote-error=subdirectory for mount \"/nope\" "
                 "is not found}, {errno=2}, {error=No such file or directory}]"}},
        Attempt{"StoppedVolume",
                "[2026-01-02 03:04:05.634559 +0000] E [MSGID: 114058] "
                "[client-handshake.c:1193:client_query_portmap_cbk] 0-g0-client-0: failed to get "
                "the port number for remote subvolume. Please run gluster volume status on server "
                "to see if brick process is running [] \n"
                "[2026-01-02 03:04:05.635551 +0000] E [fuse-bridge.c:5364:fuse_first_lookup] "
                "0-fuse: first lookup on root failed (Transport endpoint is not connected)\n"
                "[2026-01-02 03:04:09.640620 +0000] W [fuse-resolve.c:125:fuse_resolve_gfid_cbk] "
                "0-fuse: 00000000-0000-0000-0000-000000000001: failed to resolve (Transport "
                "endpoint is not connected)\n",
                {"failed to get the port number for remote subvolume. Please run gluster volume "
                 "status on server to see if brick process is running",
                 "first lookup on root failed (Transport endpoint is not connected)"}},
        Attempt{"AllServersRefused",
                "[2026-01-02 03:04:05.485188 +0000] I [glusterfsd-mgmt.c:2673:mgmt_rpc_notify] "
                "0-glusterfsd-mgmt: disconnected from remote-host: 192.0.2.7\n"
                "[2026-01-02 03:04:05.485620 +0000] I [glusterfsd-mgmt.c:2712:mgmt_rpc_notify] "
                "0-glusterfsd-mgmt: Exhausted all volfile servers\n",
                {"Exhausted all volfile servers"}},
        Attempt{"UnknownHostName",
                "[2026-01-02 03:04:05.307141 +0000] E [MSGID: 101075] "
                "[common-utils.c:519:gf_resolve_ip6] 0-resolver: error in getaddrinfo "
                "[{family=2}, {ret=Temporary failure in name resolution}] \n"
                "[2026-01-02 03:04:05.307160 +0000] E "
                "[name.c:267:af_inet_client_get_remote_sockaddr] 0-glusterfs: DNS resolution "
                "failed on host gl1.invalid\n",
                {"error in getaddrinfo [{family=2}, {ret=Temporary failure in name resolution}]",
                 "DNS resolution failed on host gl1.invalid"}},
        Attempt{"MountOptionRejected",
                "[2026-01-02 03:04:05.630954 +0000] E [mount.c:453:fuse_mount_sys] "
                "0-glusterfs-fuse: ret = -1\n\n"
                "[2026-01-02 03:04:05.631005 +0000] E [mount.c:510:gf_fuse_mount] "
                "0-glusterfs-fuse: mount of gluster:/g0 to /mnt/g0 "
                "(default_permissions,bogus,allow_other,max_read=131072) failed\n"
                "Final graph:\n"
                "+-----------------------------------------------------------------+\n"
                "  1: volume g0-client-0\n",
                {"mount of gluster:/g0 to /mnt/g0 "
                 "(default_permissions,bogus,allow_other,max_read=131072) failed"}},
        Attempt{"ValueOutOfRange",
                "[2026-01-02 03:04:05.964960 +0000] E [MSGID: 101028] "
                "[options.c:113:xlator_option_validate_int] 0-fuse: out of range [{error='10' in "
                "'option background-qlen 10' is out of range [16 - 65536]}] \n"
                "[2026-01-02 03:04:05.964968 +0000] E [MSGID: 101019] [xlator.c:640:xlator_init] "
                "0-fuse: Initialization of volume failed. review your volfile again. [{name=fuse}] "
                "\n",
                {"out of range [{error='10' in 'option background-qlen 10' is out of range [16 - "
                 "65536]}]",
                 "Initialization of volume failed. review your volfile again. [{name=fuse}]"}},
        Attempt{"OnlyShutdownLine", "", {}}),
    [](const auto& row) { return row.param.row; });

/// The line that glusterfs 11.1 logs at the end of each failed attempt.
constexpr std::string_view kEnd11 =
    "[2026-01-02 03:04:05.110214 +0000] W [glusterfsd.c:1427:cleanup_and_exit] "
    "(-->/lib/x86_64-linux-gnu/libc.so.6(+0x928bb) [0x7f0000000000] "
    "-->glusterfs(+0x1285d) [0x550000000000] -->glusterfs(cleanup_and_exit+0x64) "
    "[0x550000000001] ) 0-: received signum (15), shutting down \n";

class FailedAttempt11 : public ::testing::TestWithParam<Attempt> {};

TEST_P(FailedAttempt11, ReportsCauseFirst) {
  EXPECT_EQ(log_errors(GetParam().log + std::string(kEnd11)), GetParam().errors);
}

INSTANTIATE_TEST_SUITE_P(
    Glusterfs11, FailedAttempt11,
    ::testing::Values(
        Attempt{"UnknownVolume",
                "[2026-01-02 03:04:05.170126 +0000] E [glusterfsd-mgmt.c:2313:mgmt_getspec_cbk] "
                "0-glusterfs: failed to get the 'volume file' from server\n"
                "[2026-01-02 03:04:05.170146 +0000] E [glusterfsd-mgmt.c:2514:mgmt_getspec_cbk] "
                "0-mgmt: failed to fetch volume file (key:/g1)\n"
                "[2026-01-02 03:04:05.170444 +0000] W [glusterfsd.c:1427:cleanup_and_exit] "
                "(-->/lib/x86_64-linux-gnu/libgfrpc.so.0(+0xeb2b) [0x7f0000000000] "
                "-->glusterfs(+0x122bf) [0x550000000000] -->glusterfs(cleanup_and_exit+0x64) "
                "[0x550000000001] ) 0-: received signum (0), shutting down \n",
                {"failed to fetch volume file (key:/g1)",
                 "failed to get the 'volume file' from server"}},
        Attempt{"AddressNotAllowed",
                "[2026-01-02 03:04:05.366085 +0000] W [MSGID: 114043] "
                "[client-handshake.c:491:client_setvolume_cbk] 0-g0-client-0: failed to set the "
                "volume [{errno=13}, {error=Permission denied}] \n"
                "[2026-01-02 03:04:05.366093 +0000] W [MSGID: 114007] "
                "[client-handshake.c:516:client_setvolume_cbk] 0-g0-client-0: failed to get from "
                "reply dict [{process-uuid}, {errno=22}, {error=Invalid argument}] \n"
                "[2026-01-02 03:04:05.366097 +0000] E [MSGID: 114044] "
                "[client-handshake.c:521:client_setvolume_cbk] 0-g0-client-0: SETVOLUME on "
                "remote-host failed [{remote-error=Authentication failed}, {errno=13}, "
                "{error=Permission denied}] \n"
                "[2026-01-02 03:04:05.366115 +0000] E [fuse-bridge.c:6552:notify] 0-fuse: Server "
                "authentication failed. Shutting down.\n",
                {"SETVOLUME on remote-host failed [{remote-error=Authentication failed}, "
                 "{errno=13}, {error=Permission denied}]",
                 "Server authentication failed. Shutting down."}},
        Attempt{"NoSuchDirectory",
                "[2026-01-02 03:04:05.105152 +0000] E [MSGID: 114044] "
                "[client-handshake.c:521:client_setvolume_cbk] 0-g0-client-0: SETVOLUME on "
                "remote-host failed [{remote-error=subdirectory for mount \"/no/such\" is not "
                "found}, {errno=2}, {error=No such file or directory}] \n"
                "[2026-01-02 03:04:05.105175 +0000] E [fuse-bridge.c:6552:notify] 0-fuse: Server "
                "authentication failed. Shutting down.\n",
                {"SETVOLUME on remote-host failed [{remote-error=subdirectory for mount "
                 "\"/no/such\" is not found}, {errno=2}, {error=No such file or directory}]",
                 "Server authentication failed. Shutting down."}},
        Attempt{"StoppedVolume",
                "[2026-01-02 03:04:05.638997 +0000] E [MSGID: 114058] "
                "[client-handshake.c:946:client_query_portmap_cbk] 0-g0-client-0: failed to get "
                "the port number for remote subvolume. Please run gluster volume status on server "
                "to see if brick process is running [] \n"
                "[2026-01-02 03:04:05.640060 +0000] E [fuse-bridge.c:5365:fuse_first_lookup] "
                "0-fuse: first lookup on root failed (Transport endpoint is not connected)\n"
                "[2026-01-02 03:04:07.680824 +0000] W [fuse-resolve.c:122:fuse_resolve_gfid_cbk] "
                "0-fuse: 00000000-0000-0000-0000-000000000001: failed to resolve (Transport "
                "endpoint is not connected)\n",
                {"failed to get the port number for remote subvolume. Please run gluster volume "
                 "status on server to see if brick process is running",
                 "first lookup on root failed (Transport endpoint is not connected)"}},
        Attempt{"AllServersRefused",
                "[2026-01-02 03:04:05.956912 +0000] I [glusterfsd-mgmt.c:2783:mgmt_rpc_notify] "
                "0-glusterfsd-mgmt: disconnected from remote-host: 192.0.2.7\n"
                "[2026-01-02 03:04:05.956916 +0000] I [glusterfsd-mgmt.c:2822:mgmt_rpc_notify] "
                "0-glusterfsd-mgmt: Exhausted all volfile servers\n",
                {"Exhausted all volfile servers"}},
        Attempt{"UnknownHostName",
                "[2026-01-02 03:04:05.754645 +0000] E [MSGID: 101073] "
                "[name.c:254:gf_resolve_ip6] 0-resolver: error in getaddrinfo "
                "[{family=2}, {ret=Temporary failure in name resolution}] \n"
                "[2026-01-02 03:04:05.754664 +0000] E "
                "[name.c:383:af_inet_client_get_remote_sockaddr] 0-glusterfs: DNS resolution "
                "failed on host gl1.invalid\n",
                {"error in getaddrinfo [{family=2}, {ret=Temporary failure in name resolution}]",
                 "DNS resolution failed on host gl1.invalid"}},
        Attempt{"MountOptionRejected",
                "[2026-01-02 03:04:05.325415 +0000] E [mount.c:453:fuse_mount_sys] "
                "0-glusterfs-fuse: ret = -1\n"
                "[2026-01-02 03:04:05.325478 +0000] E [mount.c:510:gf_fuse_mount] "
                "0-glusterfs-fuse: mount of gluster:/g0 to /mnt/g0 "
                "(default_permissions,relatime,allow_other,max_read=131072) failed\n",
                {"mount of gluster:/g0 to /mnt/g0 "
                 "(default_permissions,relatime,allow_other,max_read=131072) failed"}}),
    [](const auto& row) { return row.param.row; });

std::string error_line(const std::string& message) {
  return "[2026-01-02 03:04:05.000000 +0000] E [a.c:1:f] 0-x: " + message + "\n";
}

TEST(LogErrors, AreLimitedAndUnique) {
  std::string log;
  for (int i = 0; i < 1000; ++i) log += error_line("cause " + std::to_string(i / 10));
  EXPECT_THAT(log_errors(log, 2), ElementsAre("cause 0", "cause 1"));
}

TEST(LogErrors, AreTruncated) {
  EXPECT_THAT(log_errors(error_line("a\x1b[2Jb")), ElementsAre("a\x1b[2Jb"));
  const auto longest = log_errors(error_line(std::string(std::size_t{1024} * 1024, 'x')));
  ASSERT_THAT(longest, SizeIs(1));
  EXPECT_LT(longest.front().size(), 310U);
}

TEST(LogErrors, MessageIdAndDomainAreOptional) {
  EXPECT_THAT(log_errors("[t] C [a.c:1:f] no domain here: really"),
              ElementsAre("no domain here: really"));
}

TEST(LogErrors, IgnoreMalformedLines) {
  EXPECT_THAT(log_errors("E [x] y\n[\n[]\n[t] E\n[t] E x\n[t] E [a\n[t] ?? [a] b\n\n[t] E [a] "),
              IsEmpty());
}

TEST(LogErrors, SkipNoiseOfEndingClient) {
  const std::string noise =
      "[t] E [timer.c:32:gf_timer_call_after] (-->/lib/libgfrpc.so.0(+0x10646) [0x7fb79ba70646] "
      "-->/lib/libglusterfs.so.0(gf_timer_call_after+0x1) [0x7fb79ba70294] ) 0-timer: Error adding "
      "to timer event queue [Invalid argument]\n" +
      error_line("Either ctx is NULL or ctx cleanup started [Invalid argument]");
  EXPECT_THAT(log_errors(noise + error_line("All subvolumes are down. Going offline") +
                         error_line("cause")),
              ElementsAre("cause", "All subvolumes are down. Going offline"));
}

TEST(AttachedBricks, AreCountedOnceEach) {
  const auto attached = [](const std::string& translator) {
    return "[2026-11-27 09:25:42.665732 +0000] I [MSGID: 114046] "
           "[client-handshake.c:856:client_setvolume_cbk] 0-" +
           translator + ": Connected, attached to remote volume [{conn-name=" + translator +
           "}, {remote_subvol=/srv/g0/brick}] \n";
  };
  EXPECT_EQ(attached_bricks(""), 0U);
  EXPECT_EQ(attached_bricks(attached("g0-client-0") + error_line("x") + attached("g0-client-12") +
                            attached("g0-client-0")),
            2U);
  EXPECT_EQ(attached_bricks("[t] I [a.c:1:f] 0-g0-client-2: Connected to g0-client-2, attached to "
                            "remote volume '/srv/g0/brick'.\n"),
            1U)
      << "before GlusterFS 8";
  EXPECT_EQ(attached_bricks(attached("g0-ta-2")), 1U) << "thin arbiter";
  EXPECT_EQ(attached_bricks(attached("g0-snapd-client")), 0U) << "not a brick";
  EXPECT_EQ(attached_bricks("attached to remote volume\n: Connected, attached to remote volume"),
            0U);
}

/// A temporary log file for each test.
class LogFile : public ::testing::Test {
 protected:
  LogFile() {
    std::string pattern = (fs::temp_directory_path() / "log-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    path_ = (directory_ / "mnt.log").string();
  }
  ~LogFile() override {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  void append(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }
  fs::path directory_;
  std::string path_;
};

TEST_F(LogFile, NewFileIsReadFromStart) {
  const auto before = log_position(path_);
  append("new");
  EXPECT_EQ(log_since(path_, before), "new");
}

TEST_F(LogFile, ReturnsOnlyAppendedText) {
  append("old");
  const auto before = log_position(path_);
  EXPECT_EQ(log_since(path_, before), "");
  append("new");
  EXPECT_EQ(log_since(path_, before), "new");
}

TEST_F(LogFile, ReturnsLastBytesUpToMaximum) {
  const auto before = log_position(path_);
  append("0123456789");
  EXPECT_EQ(log_since(path_, before, 4), "6789");
}

TEST_F(LogFile, RotatedFileIsReadFromStart) {
  append("old and long");
  const auto before = log_position(path_);
  fs::rename(path_, path_ + ".1");
  append("new");
  EXPECT_EQ(log_since(path_, before), "new");
}

TEST_F(LogFile, TruncatedFileIsReadFromStart) {
  append("old and long");
  const auto before = log_position(path_);
  fs::resize_file(path_, 0);
  append("new");
  EXPECT_EQ(log_since(path_, before), "new");
}

TEST_F(LogFile, NonRegularFileIsEmptyAndDoesNotBlock) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(log_since(path_, {}), "");
  EXPECT_EQ(log_since(directory_.string(), {}), "");
  EXPECT_EQ(log_since("/no/such/log", {}), "");
}

TEST(LogErrors, OmitBacktraceAndTime) {
  const std::string line =
      "[2026-01-02 03:04:05.000001 +0000] E [rpc-clnt.c:333:saved_frames_unwind] (--> "
      "/lib/libglusterfs.so.0(_gf_log_callingfn+0x195)[0x7ff7b5bffe35] (--> "
      "/lib/libgfrpc.so.0(+0x726a)[0x7ff7b5b9a26a] )) 0-glusterfs: forced unwinding frame "
      "type(GlusterFS Handshake) op(GETSPEC(2)) called at 2026-01-02 03:04:05.000000 +0000 "
      "(xid=0x2)\n";
  EXPECT_THAT(
      log_errors(line),
      ::testing::ElementsAre("forced unwinding frame type(GlusterFS Handshake) op(GETSPEC(2))"));
}

TEST(ShowsRefusal, DetectsRefusalByBrick) {
  constexpr const char* kStart =
      "[2026-01-02 03:04:05.508440 +0000] E [MSGID: 114044] "
      "[client-handshake.c:756:client_setvolume_cbk] 0-g0-client-0: ";
  const std::string start = kStart;
  EXPECT_TRUE(shows_refusal("noise\n" + start +
                            "SETVOLUME on remote-host failed [{remote-error=Authentication "
                            "failed}, {errno=13}]\n"));
  EXPECT_TRUE(shows_refusal(start + "Server authentication failed. Shutting down.\n"));
  EXPECT_FALSE(shows_refusal(start + "failed to get the port number for remote subvolume.\n"));
  EXPECT_FALSE(shows_refusal(start + "no word of SETVOLUME on remote-host failed\n"));
  EXPECT_FALSE(shows_refusal(""));
}

/// As logged in a PID namespace with the /proc of another one.
TEST(ClientLog, IgnoresUnnamedThreads) {
  EXPECT_THAT(log_errors("[2026-11-27 04:46:58.000000 +0000] W [MSGID: 101000] "
                         "[common-utils.c:4094:gf_thread_set_vname] 0-glusterfs: Could not set "
                         "thread name [{name=glfs_timer}, {errno=2}, {error=No such file or "
                         "directory}]\n"),
              ::testing::IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::gluster
