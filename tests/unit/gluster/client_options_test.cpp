#include "gluster/client_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::gluster {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

ClientOptions translated(const std::vector<Option>& options) {
  auto result = translate(options);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result.value_or(ClientOptions());
}

/// The arguments for these options, without the two that are always present.
Words arguments_of(const std::vector<Option>& options) {
  const auto result = translated(options);
  auto words = result.arguments;
  words.insert(words.end(), result.unknown.begin(), result.unknown.end());
  const Words always = {"--process-name", "fuse"};
  const auto at = std::search(words.begin(), words.end(), always.begin(), always.end());
  if (at != words.end()) words.erase(at, at + 2);
  return words;
}

struct TranslationRow {
  const char* row;
  std::vector<Option> options;
  Words arguments;
};
void PrintTo(const TranslationRow& row, std::ostream* out) {
  *out << row.row;
}

class Translated : public ::testing::TestWithParam<TranslationRow> {};

TEST_P(Translated, HasExpectedArguments) {
  EXPECT_EQ(arguments_of(GetParam().options), GetParam().arguments);
}

INSTANTIATE_TEST_SUITE_P(
    Option, Translated,
    ::testing::Values(
        TranslationRow{"Flag", {{"acl", {}}}, {"--acl"}},
        TranslationRow{
            "RenamedOption", {{"fetch-attempts", "3"}}, {"--volfile-max-fetch-attempts=3"}},
        TranslationRow{"FlagIgnoresValue", {{"volfile-check", "x"}}, {"--volfile-check"}},
        TranslationRow{"Value", {{"lru-limit", "-1"}}, {"--lru-limit=-1"}},
        TranslationRow{
            "InodeTableSize", {{"inode-table-size", "131072"}}, {"--inode-table-size=131072"}},
        TranslationRow{"ValueWithSpaces", {{"volume-name", "a  * b"}}, {"--volume-name=a  * b"}},
        TranslationRow{
            "LastDuplicateWins", {{"gid-timeout", "1"}, {"gid-timeout", "2"}}, {"--gid-timeout=2"}},
        TranslationRow{
            "KeepCacheWithoutValue", {{"fopen-keep-cache", {}}}, {"--fopen-keep-cache=true"}},
        TranslationRow{"KeepCacheOff", {{"fopen-keep-cache", "no"}}, {"--fopen-keep-cache=no"}},
        TranslationRow{"Halo",
                       {{"halo-max-latency", "5"}},
                       {"--xlator-option", "*replicate*.halo-max-latency=5"}},
        TranslationRow{"SeveralXlatorOptions",
                       {{"xlator-option", "a.b=c"}, {"xlator-option", "d.e=f"}},
                       {"--xlator-option=a.b=c", "--xlator-option=d.e=f"}},
        TranslationRow{"LogLevelInLowerCase", {{"log-level", "wArning"}}, {"--log-level=WARNING"}},
        TranslationRow{"OrderOfTheScript",
                       {{"lru-limit", "1"}, {"acl", {}}, {"log-level", "INFO"}},
                       {"--acl", "--log-level=INFO", "--lru-limit=1"}},
        TranslationRow{"NoRootSquash", {{"no-root-squash", "yes"}}, {"--no-root-squash"}},
        TranslationRow{"RootSquashOff", {{"root-squash", "off"}}, {"--no-root-squash"}},
        TranslationRow{"RootSquashOn", {{"root-squash", "on"}}, {}},
        TranslationRow{"LastRootSquashWins", {{"no-root-squash", "on"}, {"root-squash", "on"}}, {}},
        TranslationRow{"NewerOption", {{"new-thing", "4"}}, {"--new-thing=4"}},
        TranslationRow{"NewerFlag", {{"new_thing", {}}}, {"--new_thing"}},
        TranslationRow{
            "NewerOptionsComeLast", {{"zz-new", {}}, {"acl", {}}}, {"--acl", "--zz-new"}},
        TranslationRow{"EmptyValue", {{"log-file", ""}}, {}},
        TranslationRow{"QuotedValue", {{"volume-name", "\"a,b\""}}, {"--volume-name=a,b"}},
        TranslationRow{
            "IgnoredFstabOptions",
            {{"_netdev", {}}, {"noauto", {}}, {"x-systemd.automount", {}}, {"X-mount.mkdir", "7"}},
            {}}),
    [](const auto& row) { return row.param.row; });

TEST(Translate, AlwaysSetsProcessName) {
  EXPECT_THAT(translated({}).arguments, ElementsAre("--process-name", "fuse"));
  EXPECT_THAT(translated({{"process-name", "vm"}}).arguments,
              ElementsAre("--process-name", "fuse.vm"));
}

TEST(Translate, LastOfRoAndRwWins) {
  EXPECT_TRUE(translated({{"rw", {}}, {"ro", {}}}).read_only);
  EXPECT_FALSE(translated({{"ro", {}}, {"rw", {}}}).read_only);
}

TEST(Translate, PassesMountFlagsToFuseInOrder) {
  const auto options = translated({{"noatime", {}},
                                   {"context", "system_u:object_r:t:s0:c0,c1"},
                                   {"fuse-mountopts", "nodev,nosuid"},
                                   {"rootcontext", "\"a:b:c\""}});
  EXPECT_THAT(options.fuse_mount_options,
              ElementsAre("noatime", "context=\"system_u:object_r:t:s0:c0,c1\"", "nodev,nosuid",
                          "rootcontext=\"a:b:c\""));
}

TEST(Translate, SeparatesOptionsThatOnlyTheClientMayKnow) {
  const auto options = translated({{"new-thing", "4"}, {"acl", {}}, {"hard", {}}});
  EXPECT_THAT(options.unknown, ElementsAre("--new-thing=4", "--hard"));
  EXPECT_THAT(options.arguments, ElementsAre("--acl", "--process-name", "fuse"));
}

TEST(Translate, KeepsServerAndVolumeOptionsAsFields) {
  const auto options = translated({{"server-port", "24100"},
                                   {"transport", "rdma"},
                                   {"subdir-mount", "//a/b/"},
                                   {"log-file", "/var/log/x.log"}});
  EXPECT_EQ(options.server_port, 24100);
  EXPECT_EQ(options.transport, "rdma");
  EXPECT_EQ(options.subdirectory, "/a/b");
  EXPECT_EQ(options.log_file, "/var/log/x.log");
}

TEST(Translate, AcceptsBackupServersWithBracketedIpv6) {
  const auto options = translated({{"backup-volfile-servers", "gl1::[2001:db8::1]:10.0.0.2"}});
  EXPECT_THAT(options.backup_servers, ElementsAre(*Host::parse("gl1"), *Host::parse("2001:db8::1"),
                                                  *Host::parse("10.0.0.2")));
}

TEST(Translate, PrefersBackupServerListOverSingleServer) {
  EXPECT_THAT(translated({{"backupvolfile-server", "gl1"}}).backup_servers,
              ElementsAre(*Host::parse("gl1")));
  EXPECT_THAT(translated({{"backup-volfile-servers", "gl2"}, {"backupvolfile-server", "gl1"}})
                  .backup_servers,
              ElementsAre(*Host::parse("gl2")));
}

TEST(Translate, AcceptsBackupServerWithLongName) {
  const std::string name = std::string(60, 'a') + "." + std::string(60, 'b');
  EXPECT_THAT(translated({{"backupvolfile-server", name}}).backup_servers,
              ElementsAre(*Host::parse(name)));
}

TEST(Translate, WarnsAboutInvalidLogLevelAndUnusedOptions) {
  const auto level = translated({{"log-level", "loud"}});
  EXPECT_THAT(level.arguments, ::testing::Contains("--log-level=INFO"));
  EXPECT_THAT(level.warnings, ElementsAre(Field(&Warning::message, HasSubstr("log-level=loud"))));
  EXPECT_THAT(translated({{"volume-id", "g1"}}).warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("no effect"))));
  EXPECT_THAT(translated({{"log-file", ""}}).warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("log-file="))));
  EXPECT_THAT(translated({{"acl", {}}}).warnings, IsEmpty());
}

struct Bad {
  const char* row;
  Option option;
  const char* why;
};
void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.row;
}

class InvalidOption : public ::testing::TestWithParam<Bad> {};

TEST_P(InvalidOption, IsRejectedWithReason) {
  const auto result = translate({GetParam().option});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", result.error()), HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Option, InvalidOption,
    ::testing::Values(
        Bad{"FlagWithValue", {"acl", "1"}, "acl: it does not take a value"},
        Bad{"RoWithValue", {"ro", "1"}, "ro: it does not take a value"},
        Bad{"NoValue", {"lru-limit", {}}, "lru-limit: it requires a value"},
        Bad{"FieldWithoutValue", {"server-port", {}}, "it requires a value"},
        Bad{"NotANumber", {"lru-limit", "many"}, "'many' is not a whole number"},
        Bad{"NotABoolean", {"use-readdirp", "maybe"}, "not yes or no"},
        Bad{"TooManyThreads", {"reader-thread-count", "65"}, "from 1 to 64"},
        Bad{"LowPort", {"server-port", "80"}, "1024"},
        Bad{"NegativeTimeout", {"entry-timeout", "-1"}, "number of seconds"},
        Bad{"XlatorOptionWithoutDot", {"xlator-option", "foo"}, "TRANSLATOR.OPTION=VALUE"},
        Bad{"RelativeLogFile", {"log-file", "g0.log"}, "absolute path"},
        Bad{"UnixTransport", {"transport", "unix"}, "tcp or rdma"},
        Bad{"QuoteInContext", {"context", "a\"b"}, "double quotes"},
        Bad{"BadBackupServer", {"backup-volfile-servers", "gl1:-x"}, "'-x'"},
        Bad{"UnclosedBracket", {"backup-volfile-servers", "[::1"}, "']'"},
        Bad{"TextAfterBracket", {"backup-volfile-servers", "[::1]x"}, "only ':'"},
        Bad{"DotDotInSubdirectory",
            {"subdir-mount", "a/../b"},
            "subdir-mount: 'a/../b': '.' and '..' are not allowed in the path"},
        Bad{"LongSubdirectory",
            {"subdir-mount", std::string(4096, 'a')},
            "the path is longer than 4095 bytes"},
        Bad{"Newline", {"volume-name", "a\nb"}, "control character"},
        Bad{"NewlineInNewerOption", {"new-thing", "a\nb"}, "control character"},
        Bad{"NameWithSpace", {"a b", {}}, "a name consists of"},
        Bad{"OptionLikeName", {"-acl", {}}, "a name consists of"},
        Bad{"NameWithEquals", {"a=b", {}}, "a name consists of"},
        Bad{"EmptyName", {"", {}}, "a name consists of"},
        Bad{"VolfileServer", {"volfile-server", "evil"}, "Consul decide"},
        Bad{"VolfileId", {"volfile-id", "/other"}, "Consul decide"},
        Bad{"Foreground", {"no-daemon", {}}, "foreground"},
        Bad{"Debug", {"debug", {}}, "log-level=DEBUG"},
        Bad{"PidFile", {"pid-file", "/x"}, "keeps track"},
        Bad{"Abbreviated", {"no-daemo", {}}, "no such option"},
        Bad{"AbbreviatedKnown", {"log-fil", "x"}, "did you mean log-file?"},
        Bad{"AbbreviatedArgument", {"volfile-max", "3"}, "did you mean fetch-attempts?"},
        Bad{"VfsFlag", {"relatime", {}}, "flag of mount(8)"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
