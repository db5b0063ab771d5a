#include "admin/automap_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

VolumeDocument g0() {
  return registered_volume("g0", "gluster.service.consul");
}

TEST(MapEntry, HasTypeRestrictionsAndSource) {
  const auto entry = map_entry(g0(), {});
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->text, "-fstype=glusterconsul,nosuid,nodev gluster.service.consul:/g0");
  EXPECT_THAT(entry->warnings, IsEmpty());
}

TEST(MapEntry, HasAllowedOptionsOnce) {
  auto document = g0();
  document.options = {"noatime", "nosuid", "consul-glusterfs=/tmp/x",
                      "noatime", "suid",   "log-level=WARNING"};
  const auto entry = map_entry(document, {});
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->text,
            "-fstype=glusterconsul,nosuid,nodev,noatime,log-level=WARNING "
            "gluster.service.consul:/g0");
  ASSERT_THAT(entry->warnings, SizeIs(2));
  EXPECT_THAT(entry->warnings[0].message,
              HasSubstr("volume g0: option ignored: 'consul-glusterfs'"));
}

TEST(MapEntry, HasOneMountForEachDirectory) {
  auto document = g0();
  document.directories = {"/home", "/pro j/a&b"};
  const auto entry = map_entry(document, {});
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->text,
            "-fstype=glusterconsul,nosuid,nodev /home gluster.service.consul:/g0/home "
            R"(/pro\ j/a\&b gluster.service.consul:/g0/pro\ j/a\&b)");
}

TEST(MapEntry, IgnoresDirectoriesThatAutofsCannotRead) {
  auto document = g0();
  document.directories = {"/a\"b", "/ok", "/a\\b"};
  const auto entry = map_entry(document, {});
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->text, "-fstype=glusterconsul,nosuid,nodev /ok gluster.service.consul:/g0/ok");
  EXPECT_THAT(entry->warnings, SizeIs(2));
  document.directories = {"/a\"b"};
  EXPECT_FALSE(map_entry(document, {}));
}

TEST(MapEntry, IsNotTooLong) {
  auto document = g0();
  document.directories.assign(100, "/" + std::string(200, 'd'));
  EXPECT_FALSE(map_entry(document, {}));
}

struct SpecCase {
  const char* name;
  std::string spec;
};

class BadSpec : public ::testing::TestWithParam<SpecCase> {};

TEST_P(BadSpec, IsRejected) {
  auto document = g0();
  document.spec = GetParam().spec;
  const auto entry = map_entry(document, {});
  ASSERT_FALSE(entry.has_value()) << entry->text;
  EXPECT_EQ(entry.error().code, ErrorCode::kRejected);
}

INSTANTIATE_TEST_SUITE_P(
    MapEntry, BadSpec,
    ::testing::Values(SpecCase{"host", "evil.example.com:/g0"}, SpecCase{"address", "10.0.0.1:/g0"},
                      SpecCase{"local", "/etc"}, SpecCase{"device", ":/dev/sda1"},
                      SpecCase{"other_volume", "gluster:/secret"},
                      SpecCase{"directory", "gluster:/g0/secret"},
                      SpecCase{"snapshot", "gluster:/snaps/s/g0"},
                      SpecCase{"no_slash", "gluster:g0"}, SpecCase{"newline", "gluster\n:/g0"},
                      SpecCase{"shell", "$(id):/g0"}, SpecCase{"option", "-o suid:/g0"},
                      SpecCase{"two_words", "gluster evil:/g0"}, SpecCase{"empty", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(QuotedForAutofs, QuotesEachSpecialCharacter) {
  EXPECT_EQ(quoted_for_autofs("aZ0/:._-"), "aZ0/:._-");
  EXPECT_EQ(quoted_for_autofs("a b&$#*'(),;"), R"(a\ b\&\$\#\*\'\(\)\,\;)");
  EXPECT_EQ(quoted_for_autofs("ä"), "ä");
}

}  // namespace
}  // namespace glusterconsul::admin
