#include "gluster/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::gluster {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST(Arguments, FollowOrderOfScript) {
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

TEST(Arguments, AreMinimalWithoutOptions) {
  EXPECT_THAT(
      arguments(command()),
      ElementsAre("/usr/sbin/glusterfs", "--process-name", "fuse", "--volfile-server=10.0.0.1",
                  "--volfile-server=10.0.0.2", "--volfile-id=/g0",
                  "--fs-display-name=gluster.service.consul:/g0", "/mnt/g0"));
}

TEST(Arguments, MountSnapshotReadOnly) {
  const auto words = arguments(command({{"rw", {}}}, "/snaps/s1/g0"));
  EXPECT_THAT(words, Contains("--read-only"));
  EXPECT_THAT(words, Contains("--volfile-id=/snaps/s1/g0"));
}

TEST(Arguments, OmitSlashForThinClient) {
  EXPECT_THAT(arguments(command({{"thin-client", {}}})), Contains("--volfile-id=g0"));
}

TEST(Arguments, OmitDisplayNameForOlderClient) {
  auto older = command();
  older.version = {9, 6};
  EXPECT_THAT(arguments(older), Not(Contains(HasSubstr("display"))));
}

struct Newer {
  const char* row;
  const char* option;
  ClientVersion version;
  const char* warning;  ///< nullptr: the client gets the option
};
void PrintTo(const Newer& newer, std::ostream* out) {
  *out << newer.row;
}

class NewerOption : public ::testing::TestWithParam<Newer> {};

TEST_P(NewerOption, IsOmittedWithWarningForOlderClient) {
  auto all = command({{GetParam().option, "65536"}, {"lru-limit", "1"}});
  all.version = GetParam().version;
  const auto words = arguments(all);
  const auto warnings = version_warnings(all.options, all.version);
  EXPECT_THAT(words, Contains("--lru-limit=1"));
  const auto word = std::string("--") + GetParam().option + "=65536";
  if (GetParam().warning == nullptr) {
    EXPECT_THAT(words, Contains(word));
    EXPECT_THAT(warnings, ::testing::IsEmpty());
  } else {
    EXPECT_THAT(words, Not(Contains(word)));
    EXPECT_THAT(warnings, ElementsAre(Field(&Warning::message, GetParam().warning)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Version, NewerOption,
    ::testing::Values(
        Newer{"InodeTableSizeIn9",
              "inode-table-size",
              {9, 6},
              "inode-table-size is ignored: the installed glusterfs 9.6 is older than 11.0"},
        Newer{"InodeTableSizeIn10_3",
              "inode-table-size",
              {10, 3},
              "inode-table-size is ignored: the installed glusterfs 10.3 is older than 11.0"},
        Newer{"InodeTableSizeIn11_0", "inode-table-size", {11, 0}, nullptr},
        Newer{"InodeTableSizeIn11_1", "inode-table-size", {11, 1}, nullptr},
        Newer{"InodeTableSizeIn12", "inode-table-size", {12, 0}, nullptr},
        Newer{"IoEngineIn9",
              "io-engine",
              {9, 6},
              "io-engine is ignored: the installed glusterfs 9.6 is older than 10.0"},
        Newer{"IoEngineIn10_3", "io-engine", {10, 3}, nullptr},
        Newer{"IoEngineIn11_1", "io-engine", {11, 1}, nullptr},
        // An unknown option is passed on, and the client accepts or rejects it.
        Newer{"UnknownIn9", "new-thing", {9, 6}, nullptr}),
    [](const auto& row) { return row.param.row; });

TEST(Arguments, IncludeDefaultPortOnlyIfSpecified) {
  EXPECT_THAT(arguments(command({{"server-port", "24007"}})),
              Contains("--volfile-server-port=24007"));
  EXPECT_THAT(arguments(command()), Not(Contains(HasSubstr("port"))));
}

TEST(Arguments, SkipDuplicateBackupServer) {
  const auto words = arguments(command({{"backup-volfile-servers", "10.0.0.2:10.0.0.3"}}));
  EXPECT_EQ(std::count(words.begin(), words.end(), "--volfile-server=10.0.0.2"), 1);
  EXPECT_EQ(std::count(words.begin(), words.end(), "--volfile-server=10.0.0.3"), 1);
}

TEST(Arguments, PreferSubdirectoryOfSource) {
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

TEST_P(ServerAddress, HasFormatOfClientVersion) {
  auto one = command();
  one.version = GetParam().version;
  one.servers = {*Host::parse(GetParam().host)};
  EXPECT_EQ(server_text(one.servers[0], one.port, one.version), GetParam().text);
  EXPECT_THAT(arguments(one), Contains(std::string("--volfile-server=") + GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Version, ServerAddress,
    ::testing::Values(AddressForm{"V6In9", "2001:db8::1", {9, 6}, "2001:db8::1"},
                      AddressForm{"V6In3", "2001:db8::1", {3, 12}, "2001:db8::1"},
                      AddressForm{"V6In10", "2001:db8::1", {10, 0}, "2001:db8::1"},
                      AddressForm{"V6In10_3", "2001:db8::1", {10, 3}, "2001:db8::1"},
                      AddressForm{"V6In10_5", "2001:db8::1", {10, 5}, "2001:db8::1"},
                      AddressForm{"V6In11", "2001:db8::1", {11, 0}, "2001:db8:0:0:0:0:0:1:24007"},
                      AddressForm{"V6In11_1", "2001:db8::1", {11, 1}, "2001:db8:0:0:0:0:0:1:24007"},
                      AddressForm{"V6In11_2", "2001:db8::1", {11, 2}, "2001:db8:0:0:0:0:0:1:24007"},
                      AddressForm{"V6In11_3", "2001:db8::1", {11, 3}, "2001:db8::1"},
                      AddressForm{"V6In12", "2001:db8::1", {12, 0}, "2001:db8::1"},
                      AddressForm{"LoopbackIn10", "::1", {10, 3}, "::1"},
                      AddressForm{"LoopbackIn11", "::1", {11, 1}, "0:0:0:0:0:0:0:1:24007"},
                      AddressForm{"MappedV4In11", "::ffff:10.0.0.1", {11, 1}, "10.0.0.1"},
                      AddressForm{"AllGroupsIn11",
                                  "2001:db8:1:20:300:4000:a:ffff",
                                  {11, 1},
                                  "2001:db8:1:20:300:4000:a:ffff:24007"},
                      AddressForm{"V4In10", "10.0.0.1", {10, 3}, "10.0.0.1"},
                      AddressForm{"V4In11", "10.0.0.1", {11, 1}, "10.0.0.1"},
                      AddressForm{"NameIn11", "gl1.example", {11, 1}, "gl1.example"}),
    [](const auto& row) { return row.param.row; });

TEST(ServerText, IncludesCommonPort) {
  EXPECT_EQ(server_text(*Host::parse("fd77::1"), 24100, {11, 1}), "fd77:0:0:0:0:0:0:1:24100");
}

std::vector<Host> hosts(std::initializer_list<const char*> texts) {
  std::vector<Host> list;
  for (const auto* text : texts) list.push_back(*Host::parse(text));
  return list;
}

struct Families {
  const char* row;
  std::vector<Host> servers;
  std::optional<IpAddress::Family> primary;
  const char* option;  ///< that sets the client's address family; empty: not set
  std::vector<std::string> used;
};
void PrintTo(const Families& families, std::ostream* out) {
  *out << families.row;
}

class OneFamily : public ::testing::TestWithParam<Families> {};

TEST_P(OneFamily, IsFamilyOfPrimary) {
  auto mixed = command();
  mixed.servers = GetParam().servers;
  mixed.primary_family = GetParam().primary;
  std::vector<std::string> used;
  std::string option;
  for (const auto& word : arguments(mixed)) {
    if (word.starts_with("--volfile-server=")) used.push_back(word.substr(17));
    if (word.find("address-family") != std::string::npos) option = word;
  }
  EXPECT_EQ(used, GetParam().used);
  EXPECT_EQ(option, GetParam().option);
}

constexpr auto kInet6 = "--xlator-option=transport.address-family=inet6";

INSTANTIATE_TEST_SUITE_P(
    Arguments, OneFamily,
    ::testing::Values(
        Families{"V4", hosts({"10.0.0.1", "10.0.0.2"}), {}, "", {"10.0.0.1", "10.0.0.2"}},
        Families{"V6", hosts({"fd77::1", "fd77::2"}), {}, kInet6, {"fd77::1", "fd77::2"}},
        Families{"V4First",
                 hosts({"10.0.0.1", "fd77::2", "svc.consul"}),
                 {},
                 "",
                 {"10.0.0.1", "svc.consul"}},
        Families{"V6First",
                 hosts({"fd77::2", "10.0.0.1", "svc.consul"}),
                 {},
                 kInet6,
                 {"fd77::2", "svc.consul"}},
        Families{"NameUnknown", hosts({"gl1", "fd77::2"}), {}, "", {"gl1"}},
        Families{"NameOverV4",
                 hosts({"gl1", "fd77::2", "10.0.0.3"}),
                 IpAddress::Family::kV4,
                 "",
                 {"gl1", "10.0.0.3"}},
        Families{"NameOverV6",
                 hosts({"gl1", "fd77::2", "10.0.0.3"}),
                 IpAddress::Family::kV6,
                 kInet6,
                 {"gl1", "fd77::2"}}),
    [](const auto& row) { return row.param.row; });

TEST(Arguments, KeepBackupServersOfEitherFamily) {
  auto mixed = command({{"backup-volfile-servers", "[fd77::9]"}});
  mixed.servers = hosts({"10.0.0.1", "fd77::2", "fd77::9"});
  EXPECT_THAT(arguments(mixed), Contains("--volfile-server=fd77::9"));
  EXPECT_THAT(arguments(mixed), Not(Contains("--volfile-server=fd77::2")));
}

TEST(Arguments, KeepAllServersIfFamilyIsSpecified) {
  auto mixed = command({{"xlator-option", "transport.address-family=inet"}});
  mixed.servers = hosts({"10.0.0.1", "fd77::2"});
  EXPECT_THAT(arguments(mixed), Contains("--volfile-server=fd77::2"));
}

TEST(Arguments, SetIpv6IfPrimaryIsIpv6) {
  auto v6 = command();
  v6.servers = {*Host::parse("::1")};
  EXPECT_THAT(arguments(v6), Contains("--xlator-option=transport.address-family=inet6"));
  EXPECT_THAT(arguments(command()), Not(Contains(HasSubstr("inet6"))));
}

TEST(Arguments, KeepSpecifiedAddressFamily) {
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

TEST_P(VersionLine, IsParsed) {
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
        VersionText{"ReleaseCandidate", "glusterfs 11.0rc1\n", {11, 0}},
        VersionText{"LoaderMessageFirst",
                    "ERROR: ld.so: object '/usr/lib/libabsent.so' from /etc/ld.so.preload cannot "
                    "be preloaded (cannot open shared object file): ignored.\nglusterfs 10.3\n",
                    {10, 3}},
        VersionText{"LinesOfPreloadedLibraryFirst",
                    "libtrace: started\n\nglusterfs of host a\nglusterfs 11.1\n",
                    {11, 1}},
        VersionText{"LineLater", "glusterfs 10.3\nglusterfs 11.1\n", {10, 3}}),
    [](const auto& row) { return row.param.row; });

TEST(ClientVersion, ShowsCauseAfterLoaderMessage) {
  const auto version = parse_client_version(
      "ERROR: ld.so: object 'x.so' from /etc/ld.so.preload cannot be preloaded (no): ignored.\n"
      "/usr/sbin/glusterfs: error while loading shared libraries: libglusterfs.so.0\n");
  ASSERT_FALSE(version.has_value());
  EXPECT_THAT(version.error().message,
              StartsWith("cannot parse '/usr/sbin/glusterfs: error while"));
}

TEST(ClientVersion, RejectsOtherText) {
  for (const char* text :
       {"", "glusterfs", "glusterfs \n10.3", " glusterfs 10.3", "a glusterfs 10.3", "glusterfs x",
        "mount 2.38", "glusterfs 99999999999999999999"}) {
    const auto version = parse_client_version(text);
    ASSERT_FALSE(version.has_value()) << text;
    EXPECT_EQ(version.error().code, ErrorCode::kBadReply);
  }
}

TEST(DefaultLogFile, IsNamedAfterTarget) {
  EXPECT_EQ(default_log_file("/mnt/g 0/a-b"), "/var/log/glusterfs/mnt-g 0-a-b.log");
}

}  // namespace
}  // namespace glusterconsul::gluster
