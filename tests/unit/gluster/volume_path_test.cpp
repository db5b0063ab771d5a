#include "gluster/volume_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::gluster {
namespace {

struct ValidRow {
  const char* row;
  std::string text;
  std::string volume;
  std::string snapshot;
  std::string subdirectory;
  std::string volfile_id;
};
void PrintTo(const ValidRow& valid, std::ostream* out) {
  *out << '"' << valid.text << '"';
}

class ValidPath : public ::testing::TestWithParam<ValidRow> {};

TEST_P(ValidPath, IsParsed) {
  const auto path = parse_volume_path(GetParam().text);
  ASSERT_TRUE(path.has_value()) << path.error().message;
  EXPECT_EQ(path->volume.text(), GetParam().volume);
  EXPECT_EQ(path->snapshot, GetParam().snapshot);
  EXPECT_EQ(path->subdirectory, GetParam().subdirectory);
  EXPECT_EQ(path->volfile_id(), GetParam().volfile_id);
}

INSTANTIATE_TEST_SUITE_P(
    VolumePath, ValidPath,
    ::testing::Values(
        ValidRow{"Volume", "/g0", "g0", "", "", "g0"},
        ValidRow{"WithoutSlash", "g0", "g0", "", "", "g0"},
        ValidRow{"TrailingSlash", "/g0/", "g0", "", "", "g0"},
        ValidRow{"ManySlashes", "//g0///a//b//", "g0", "", "/a/b", "g0"},
        ValidRow{"Directory", "/g0/a/b c", "g0", "", "/a/b c", "g0"},
        ValidRow{"DirectoryWithoutSlash", "g0/a", "g0", "", "/a", "g0"},
        ValidRow{"Utf8Directory", "/g0/\xc3\xbc", "g0", "", "/\xc3\xbc", "g0"},
        ValidRow{"DotsInDirectory", "/g0/..a/b.", "g0", "", "/..a/b.", "g0"},
        ValidRow{"LeadingDigit", "/9abc", "9abc", "", "", "9abc"},
        ValidRow{"LeadingUnderscore", "/_x", "_x", "", "", "_x"},
        ValidRow{"Snapshot", "/snaps/s1/g0", "g0", "s1", "", "/snaps/s1/g0"},
        ValidRow{"SnapshotWithTimestamp", "/snaps/s_GMT-2024.01.31-12.00.00/g0", "g0",
                 "s_GMT-2024.01.31-12.00.00", "", "/snaps/s_GMT-2024.01.31-12.00.00/g0"},
        ValidRow{"SnapshotDirectory", "/snaps/s1/g0/a", "g0", "s1", "/a", "/snaps/s1/g0"},
        ValidRow{"VolumeNamedSnaps", "/snaps", "snaps", "", "", "snaps"},
        ValidRow{"LongestName", std::string(256, 'a'), std::string(256, 'a'), "", "",
                 std::string(256, 'a')}),
    [](const auto& row) { return row.param.row; });

struct InvalidRow {
  const char* row;
  std::string text;
  std::string why;
};
void PrintTo(const InvalidRow& invalid, std::ostream* out) {
  *out << invalid.row;
}

class InvalidPath : public ::testing::TestWithParam<InvalidRow> {};

TEST_P(InvalidPath, IsRejectedWithReason) {
  const auto path = parse_volume_path(GetParam().text);
  ASSERT_FALSE(path.has_value());
  EXPECT_EQ(path.error().code, ErrorCode::kUsage);
  EXPECT_THAT(path.error().message, ::testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    VolumePath, InvalidPath,
    ::testing::Values(InvalidRow{"Empty", "", "no volume"},
                      InvalidRow{"OnlySlashes", "///", "no volume"},
                      InvalidRow{"OptionLike", "/-g0", "begins with '-'"},
                      InvalidRow{"DotInName", "/g.0", "only letters"},
                      InvalidRow{"SpaceInName", "/g 0", "only letters"},
                      InvalidRow{"LongName", "/" + std::string(257, 'a'), "256"},
                      InvalidRow{"DotVolume", "/.", "'.' and '..'"},
                      InvalidRow{"DotDotDirectory", "/g0/a/../../b", "'.' and '..'"},
                      InvalidRow{"DotDirectory", "/g0/./a", "'.' and '..'"},
                      InvalidRow{"Newline", "/g0/a\nb", "control"},
                      InvalidRow{"Nul", std::string("/g0/a\0b", 7), "control"},
                      InvalidRow{"Delete", "/g0/\x7f", "control"},
                      InvalidRow{"TooLong", "/g0/" + std::string(4092, 'a'), "4095"},
                      InvalidRow{"SnapshotWithoutVolume", "/snaps/s1", "/snaps/SNAPSHOT/VOLUME"},
                      InvalidRow{"OptionLikeSnapshot", "/snaps/-s/g0", "/snaps/SNAPSHOT/VOLUME"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
