#include "gluster/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::gluster {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ClientCommand command(const std::vector<Option>& given = {}, const char* path = "/g0") {
  return {"/usr/sbin/glusterfs",
          {10, 3},
          {*Host::parse("10.0.0.1"), *Host::parse("10.0.0.2")},
          kGlusterdPort,
          *parse_volume_path(path),
          "gluster.service.consul:/g0",
          *translate(given),
          "/mnt/g0"};
}

TEST(Arguments, AreInTheOrderOfTheScript) {
  auto all = command({{"acl", {}},
                      {"log-level", "debug"},
                      {"ro", {}},
                      {"server-port", "24100"},
                      {"transport", "tcp"},
                      {"noatime", {}},
                      {"nodev", {}},
                      {"backup-volfile-servers", "gl9"}},
                     "/g0/a/b c");
  all.port = 24100;
  EXPECT_THAT(
      arguments(all),
      ElementsAre("/usr/sbin/glusterfs", "--read-only", "--acl", "--log-level=DEBUG",
                  "--process-name", "fuse", "--volfile-server=10.0.0.1",
                  "--volfile-server=10.0.0.2", "--volfile-server=gl9",
                  "--volfile-server-port=24100", "--volfile-server-transport=tcp",
                  "--volfile-id=/g0.tcp", "--fuse-mountopts=noatime,nodev", "--subdir-mount=/a/b c",
                  "--fs-display-name=gluster.service.consul:/g0", "/mnt/g0"));
}

TEST(Arguments, AreFewWithoutOptions) {
  EXPECT_THAT(
      arguments(command()),
      ElementsAre("/usr/sbin/glusterfs", "--process-name", "fuse", "--volfile-server=10.0.0.1",
                  "--volfile-server=10.0.0.2", "--volfile-id=/g0",
                  "--fs-display-name=gluster.service.consul:/g0", "/mnt/g0"));
}

TEST(Arguments, MountASnapshotReadOnly) {
  const auto words = arguments(command({{"rw", {}}}, "/snaps/s1/g0"));
  EXPECT_THAT(words, Contains("--read-only"));
  EXPECT_THAT(words, Contains("--volfile-id=/snaps/s1/g0"));
}

TEST(Arguments, AskForTheVolumeOfAThinClientWithoutSlash) {
  EXPECT_THAT(arguments(command({{"thin-client", {}}})), Contains("--volfile-id=g0"));
}

TEST(Arguments, LeaveTheDisplayNameOutForAnOlderClient) {
  auto older = command();
  older.version = {9, 6};
  EXPECT_THAT(arguments(older), Not(Contains(HasSubstr("display"))));
}

TEST(Arguments, NameTheUsualPortOnlyWhereTheUserDid) {
  EXPECT_THAT(arguments(command({{"server-port", "24007"}})),
              Contains("--volfile-server-port=24007"));
  EXPECT_THAT(arguments(command()), Not(Contains(HasSubstr("port"))));
}

TEST(Arguments, NameABackupServerOnce) {
  const auto words = arguments(command({{"backup-volfile-servers", "10.0.0.2:10.0.0.3"}}));
  EXPECT_EQ(std::count(words.begin(), words.end(), "--volfile-server=10.0.0.2"), 1);
  EXPECT_EQ(std::count(words.begin(), words.end(), "--volfile-server=10.0.0.3"), 1);
}

TEST(Arguments, PreferTheDirectoryOfTheSource) {
  EXPECT_THAT(arguments(command({{"subdir-mount", "x/"}})), Contains("--subdir-mount=/x"));
  EXPECT_THAT(arguments(command({{"subdir-mount", "x"}}, "/g0/a")), Contains("--subdir-mount=/a"));
}

struct AddressForm {
  const char* row;
  const char* host;
  ClientVersion version;
  const char* text;
};
void PrintTo(const AddressForm& form, std::ostream* out) {
  *out << form.row;
}

class ServerAddress : public ::testing::TestWithParam<AddressForm> {};

TEST_P(ServerAddress, IsWrittenAsTheVersionReadsIt) {
  auto one = command();
  one.version = GetParam().version;
  one.servers = {*Host::parse(GetParam().host)};
  EXPECT_THAT(arguments(one), Contains(std::string("--volfile-server=") + GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Version, ServerAddress,
    ::testing::Values(AddressForm{"V6In9", "2001:db8::1", {9, 6}, "2001:db8::1"},
                      AddressForm{"V6In10", "2001:db8::1", {10, 5}, "2001:db8::1"},
                      AddressForm{"V6In11", "2001:db8::1", {11, 0}, "2001:db8::1:24007"},
                      AddressForm{"V6In11_2", "2001:db8::1", {11, 2}, "2001:db8::1:24007"},
                      AddressForm{"V6In11_3", "2001:db8::1", {11, 3}, "2001:db8::1"},
                      AddressForm{"V6In12", "2001:db8::1", {12, 0}, "2001:db8::1"},
                      AddressForm{"V4In11", "10.0.0.1", {11, 1}, "10.0.0.1"},
                      AddressForm{"NameIn11", "gl1.example", {11, 1}, "gl1.example"}),
    [](const auto& row) { return row.param.row; });

TEST(Arguments, AskForIpv6WhereThePrimaryHasSuchAnAddress) {
  auto v6 = command();
  v6.servers = {*Host::parse("::1")};
  EXPECT_THAT(arguments(v6), Contains("--xlator-option=transport.address-family=inet6"));
  EXPECT_THAT(arguments(command()), Not(Contains(HasSubstr("inet6"))));
}

TEST(Arguments, LeaveTheAddressFamilyToTheUserWhoSetIt) {
  auto v6 = command({{"xlator-option", "transport.address-family=inet"}});
  v6.servers = {*Host::parse("::1")};
  EXPECT_THAT(arguments(v6), Not(Contains(HasSubstr("inet6"))));
}

struct VersionText {
  const char* row;
  const char* text;
  ClientVersion version;
};
void PrintTo(const VersionText& text, std::ostream* out) {
  *out << text.row;
}

class VersionLine : public ::testing::TestWithParam<VersionText> {};

TEST_P(VersionLine, IsRead) {
  const auto version = parse_client_version(GetParam().text);
  ASSERT_TRUE(version.has_value()) << version.error().message;
  EXPECT_EQ(*version, GetParam().version);
}

INSTANTIATE_TEST_SUITE_P(
    ClientVersion, VersionLine,
    ::testing::Values(
        VersionText{"Debian12", "glusterfs 10.3\nRepository revision: git://…\n", {10, 3}},
        VersionText{"Eleven", "glusterfs 11.1\n", {11, 1}},
        VersionText{"Nine", "glusterfs 9.6", {9, 6}},
        VersionText{"Old", "glusterfs 3.12.15\n", {3, 12}},
        VersionText{"VeryOld", "glusterfs 3.4.1 built on Oct 14 2013 09:28:30\n", {3, 4}},
        VersionText{"Git", "glusterfs 12dev\n", {12, 0}},
        VersionText{"ReleaseCandidate", "glusterfs 11.0rc1\n", {11, 0}}),
    [](const auto& row) { return row.param.row; });

TEST(ClientVersion, IsUnknownInAnythingElse) {
  for (const char* text : {"", "glusterfs", "glusterfs \n10.3", "glusterfs x", "mount 2.38",
                           "glusterfs 99999999999999999999"}) {
    const auto version = parse_client_version(text);
    ASSERT_FALSE(version.has_value()) << text;
    EXPECT_EQ(version.error().code, ErrorCode::kBadReply);
  }
}

TEST(DefaultLogFile, IsNamedAfterTheTarget) {
  EXPECT_EQ(default_log_file("/mnt/g 0/a-b"), "/var/log/glusterfs/mnt-g 0-a-b.log");
}

}  // namespace
}  // namespace glusterconsul::gluster
