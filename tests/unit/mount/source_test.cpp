#include "mount/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::mount {
namespace {

using ::testing::HasSubstr;

struct ValidSourceRow {
  const char* name;
  const char* text;
  const char* service;
  const char* volume;
  const char* display_name;
  const char* mounted_as;
};
std::ostream& operator<<(std::ostream& out, const ValidSourceRow& row) {
  return out << row.name << ": " << row.text;
}
class ValidSource : public ::testing::TestWithParam<ValidSourceRow> {};

TEST_P(ValidSource, IsParsed) {
  const auto source = parse_source(GetParam().text);
  ASSERT_TRUE(source.has_value()) << source.error().message;
  EXPECT_EQ(source->name, GetParam().service);
  EXPECT_EQ(source->path.volume.text(), GetParam().volume);
  EXPECT_EQ(source->display_name, GetParam().display_name);
  EXPECT_EQ(source->mounted_as(), GetParam().mounted_as);
}

INSTANTIATE_TEST_SUITE_P(
    Source, ValidSource,
    ::testing::Values(
        ValidSourceRow{"plain", "g.service.consul:/g0", "g.service.consul", "g0",
                       "g.service.consul:/g0", "g.service.consul:/g0"},
        ValidSourceRow{"without_slash", "gluster:g0", "gluster", "g0", "gluster:g0", "gluster:g0"},
        ValidSourceRow{"trailing_slash", "gluster:/g0/", "gluster", "g0", "gluster:/g0",
                       "gluster:/g0"},
        ValidSourceRow{"subdirectory", "gluster:/g0/a/b c/", "gluster", "g0", "gluster:/g0",
                       "gluster:/g0/a/b c"},
        ValidSourceRow{"subdirectory_without_slash", "gluster:g0/a", "gluster", "g0", "gluster:g0",
                       "gluster:g0/a"},
        ValidSourceRow{"many_slashes", "gluster.service.consul://g0//a", "gluster.service.consul",
                       "g0", "gluster.service.consul://g0", "gluster.service.consul://g0/a"},
        ValidSourceRow{"colon_in_path", "gluster:/g0/a:b", "gluster", "g0", "gluster:/g0",
                       "gluster:/g0/a:b"},
        ValidSourceRow{"snapshot", "gluster:/snaps/s1/g0", "gluster", "g0", "gluster:/snaps/s1/g0",
                       "gluster:/snaps/s1/g0"},
        ValidSourceRow{"subdirectory_of_snapshot", "gluster:/snaps/s1/g0/a", "gluster", "g0",
                       "gluster:/snaps/s1/g0", "gluster:/snaps/s1/g0/a"},
        ValidSourceRow{"volume_named_snaps", "gluster:/snaps", "gluster", "snaps", "gluster:/snaps",
                       "gluster:/snaps"}),
    [](const auto& row) { return row.param.name; });

struct InvalidSourceRow {
  const char* name;
  const char* text;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const InvalidSourceRow& row) {
  return out << row.name << ": " << row.text;
}
class InvalidSource : public ::testing::TestWithParam<InvalidSourceRow> {};

TEST_P(InvalidSource, IsRejectedWithUsage) {
  const auto source = parse_source(GetParam().text);
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().code, ErrorCode::kUsage);
  EXPECT_THAT(source.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(source.error().hint, HasSubstr("NAME:/VOLUME/SUBDIR"));
}

INSTANTIATE_TEST_SUITE_P(
    Source, InvalidSource,
    ::testing::Values(InvalidSourceRow{"no_volume", "gluster.service.consul",
                                       "no volume specified"},
                      InvalidSourceRow{"path", "/etc/glusterfs/g0.vol", "no volume specified"},
                      InvalidSourceRow{"no_name", ":/g0", "no service specified"},
                      InvalidSourceRow{"nothing_after_colon", "gluster:", "source 'gluster:'"},
                      InvalidSourceRow{"slash_only", "gluster:/", "source 'gluster:/'"},
                      InvalidSourceRow{"dots", "gluster:/g0/../x", "source 'gluster:/g0/../x'"},
                      InvalidSourceRow{"control_character", "gluster:/g\x1b", "\x1b"}),
    [](const auto& row) { return row.param.name; });

TEST(SameSource, IgnoresSpelling) {
  EXPECT_TRUE(same_source("gluster:g0", "gluster:/g0/"));
  EXPECT_TRUE(same_source("Gluster.:/g0//a", "gluster:/g0/a/"));
  EXPECT_FALSE(same_source("gluster:/g0", "gluster:/G0"));
  EXPECT_FALSE(same_source("gluster:/g0", "gluster:/g0/a"));
  EXPECT_FALSE(same_source("gluster:/g0", "gluster"));
  EXPECT_TRUE(same_source("/dev/sda", "/dev/sda"));
}

TEST(ParseSource, RejectsUrl) {
  for (const auto* url : {"consul://gluster/g0", "gluster://gl1/g0", "glusterfs://g0"}) {
    const auto source = parse_source(url);
    ASSERT_FALSE(source.has_value()) << url;
    EXPECT_EQ(source.error().code, ErrorCode::kUsage);
    EXPECT_EQ(source.error().message, std::string("source '") + url + "': a source is not a URL");
    EXPECT_NE(source.error().hint.find("NAME:/VOLUME"), std::string::npos);
  }
}

}  // namespace
}  // namespace glusterconsul::mount
