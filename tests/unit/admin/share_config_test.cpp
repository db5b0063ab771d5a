#include "admin/share_config.hpp"

#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

/// As testparm -s of Samba 4.17 prints it, with its messages.
constexpr std::string_view kOutput =
    "Load smb config files from /etc/samba/smb.conf\n"
    "Loaded services file OK.\n"
    "Weak crypto is allowed by GnuTLS (e.g. NTLM as a compatibility fallback)\n"
    "\n"
    "Server role: ROLE_STANDALONE\n"
    "\n"
    "# Global parameters\n"
    "[global]\n"
    "\tidmap config * : backend = tdb\n"
    "\tvfs objects = acl_xattr\n"
    "\n"
    "\n"
    "[Data]\n"
    "\tcomment = a = b\n"
    "\tpath = /sub dir\n"
    "\tvfs objects = acl_xattr GlusterFS\n"
    "\tglusterfs:volume = g0\n"
    "\tglusterfs:volfile_server = gl1 tcp+gl2:24008\n"
    "\n"
    "[fuse]\n"
    "\tavailable = No\n"
    "\tpath = /mnt/g0\n"
    "\tvfs objects = glusterfs_fuse\n"
    "\n"
    "[g1]\n"
    "\tvfs objects = glusterfs:x\n"
    "[plain]\n"
    "\tpath = /tmp\n";

TEST(ShareConfig, ReadsAVolume) {
  const auto config = parse_share_config(kOutput, "dATA");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->is_available);
  EXPECT_EQ(config->path, "/sub dir");
  EXPECT_EQ(config->volume, "g0");
  ASSERT_EQ(config->volfile_servers.size(), 2U);
  EXPECT_EQ(to_string(config->volfile_servers[0]), "gl1:24007");
  EXPECT_EQ(to_string(config->volfile_servers[1]), "gl2:24008");
}

TEST(ShareConfig, ReadsAMount) {
  const auto config = parse_share_config(kOutput, "fuse");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->is_available);
  EXPECT_EQ(config->path, "/mnt/g0");
  EXPECT_EQ(config->volume, "");
  EXPECT_TRUE(config->volfile_servers.empty());
}

TEST(ShareConfig, HasSambasDefaults) {
  const auto config = parse_share_config(kOutput, "g1");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->volume, "g1");
  ASSERT_EQ(config->volfile_servers.size(), 1U);
  EXPECT_EQ(to_string(config->volfile_servers[0]), "localhost:24007");
}

TEST(ShareConfig, InheritsFromGlobal) {
  const auto config = parse_share_config(
      "[global]\n\tvfs objects = glusterfs\n\tglusterfs:volume = g9\n[a]\n\tpath = /\n", "a");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->volume, "g9");
}

TEST(ShareConfig, ShareOverridesGlobal) {
  const auto config = parse_share_config(
      "[global]\n\tvfs objects = glusterfs\n[a]\n\tvfs objects = recycle\n", "a");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->volume, "");
}

struct AbsentCase {
  std::string name;
  std::string_view output;
  std::string share;
  ErrorCode code;
};

class AbsentShare : public ::testing::TestWithParam<AbsentCase> {};

TEST_P(AbsentShare, IsAnError) {
  const auto config = parse_share_config(GetParam().output, GetParam().share);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Shares, AbsentShare,
    ::testing::Values(AbsentCase{"Unknown", kOutput, "nope", ErrorCode::kUnknown},
                      AbsentCase{"Global", kOutput, "global", ErrorCode::kUnknown},
                      AbsentCase{"Empty", kOutput, "", ErrorCode::kUnknown},
                      AbsentCase{"ParameterIsNotASection", kOutput, "comment", ErrorCode::kUnknown},
                      AbsentCase{"NotLoaded", "Error loading services.\n", "g1",
                                 ErrorCode::kBadReply},
                      AbsentCase{"NoOutput", "", "g1", ErrorCode::kBadReply}),
    [](const auto& row) { return row.param.name; });

struct VolfileServerCase {
  std::string name;
  std::string written;
  std::string server;  ///< the first
};

class VolfileServer : public ::testing::TestWithParam<VolfileServerCase> {};

TEST_P(VolfileServer, IsParsed) {
  const auto config =
      parse_share_config("[global]\n[a]\n\tvfs objects = glusterfs\n\tglusterfs:volfile_server = " +
                             GetParam().written + "\n",
                         "a");
  ASSERT_TRUE(config);
  EXPECT_EQ(to_string(config->volfile_servers.front()), GetParam().server);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, VolfileServer,
    ::testing::Values(
        VolfileServerCase{"Name", "gl1", "gl1:24007"},
        VolfileServerCase{"Address", "10.0.0.1:24009", "10.0.0.1:24009"},
        VolfileServerCase{"Transport", "tcp+gl1", "gl1:24007"},
        VolfileServerCase{"Rdma", "rdma+gl1:0", "gl1:24007"},
        VolfileServerCase{"Ipv6", "2001:db8::1", "[2001:db8::1]:24007"},
        VolfileServerCase{"Ipv6InBrackets", "[2001:db8::1]", "[2001:db8::1]:24007"},
        VolfileServerCase{"Ipv6WithPort", "[2001:db8::1]:24009", "[2001:db8::1]:24009"},
        VolfileServerCase{"UnixSocket", "unix+/var/run/glusterd.socket", "localhost:24007"},
        VolfileServerCase{"BadPort", "gl1:99999 gl2", "gl2:24007"},
        VolfileServerCase{"BadName", "-x  gl2", "gl2:24007"},
        VolfileServerCase{"Empty", "", "localhost:24007"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::admin
