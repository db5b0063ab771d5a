#include "gluster/volume_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::gluster {
namespace {

struct Taken {
  const char* row;
  std::string text;
  std::string volume;
  std::string snapshot;
  std::string subdirectory;
  std::string volfile_id;
};
void PrintTo(const Taken& taken, std::ostream* out) {
  *out << '"' << taken.text << '"';
}

class TakenPath : public ::testing::TestWithParam<Taken> {};

TEST_P(TakenPath, IsReadAsMeant) {
  const auto path = parse_volume_path(GetParam().text);
  ASSERT_TRUE(path.has_value()) << path.error().message;
  EXPECT_EQ(path->volume.text(), GetParam().volume);
  EXPECT_EQ(path->snapshot, GetParam().snapshot);
  EXPECT_EQ(path->subdirectory, GetParam().subdirectory);
  EXPECT_EQ(path->volfile_id(), GetParam().volfile_id);
}

INSTANTIATE_TEST_SUITE_P(
    VolumePath, TakenPath,
    ::testing::Values(Taken{"Volume", "/g0", "g0", "", "", "g0"},
                      Taken{"WithoutSlash", "g0", "g0", "", "", "g0"},
                      Taken{"TrailingSlash", "/g0/", "g0", "", "", "g0"},
                      Taken{"ManySlashes", "//g0///a//b//", "g0", "", "/a/b", "g0"},
                      Taken{"Directory", "/g0/a/b c", "g0", "", "/a/b c", "g0"},
                      Taken{"DirectoryWithoutSlash", "g0/a", "g0", "", "/a", "g0"},
                      Taken{"Utf8Directory", "/g0/\xc3\xbc", "g0", "", "/\xc3\xbc", "g0"},
                      Taken{"DotsInDirectory", "/g0/..a/b.", "g0", "", "/..a/b.", "g0"},
                      Taken{"DigitsInFront", "/9abc", "9abc", "", "", "9abc"},
                      Taken{"UnderscoreInFront", "/_x", "_x", "", "", "_x"},
                      Taken{"Snapshot", "/snaps/s1/g0", "g0", "s1", "", "/snaps/s1/g0"},
                      Taken{"SnapshotOfATime", "/snaps/s_GMT-2024.01.31-12.00.00/g0", "g0",
                            "s_GMT-2024.01.31-12.00.00", "", "/snaps/s_GMT-2024.01.31-12.00.00/g0"},
                      Taken{"SnapshotDirectory", "/snaps/s1/g0/a", "g0", "s1", "/a",
                            "/snaps/s1/g0"},
                      Taken{"VolumeCalledSnaps", "/snaps", "snaps", "", "", "snaps"},
                      Taken{"LongestName", std::string(256, 'a'), std::string(256, 'a'), "", "",
                            std::string(256, 'a')}),
    [](const auto& row) { return row.param.row; });

struct NotTaken {
  const char* row;
  std::string text;
  std::string why;
};
void PrintTo(const NotTaken& refused, std::ostream* out) {
  *out << refused.row;
}

class RefusedPath : public ::testing::TestWithParam<NotTaken> {};

TEST_P(RefusedPath, SaysWhy) {
  const auto path = parse_volume_path(GetParam().text);
  ASSERT_FALSE(path.has_value());
  EXPECT_EQ(path.error().code, ErrorCode::kUsage);
  EXPECT_THAT(path.error().message, ::testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    VolumePath, RefusedPath,
    ::testing::Values(NotTaken{"Empty", "", "no volume"},
                      NotTaken{"OnlySlashes", "///", "no volume"},
                      NotTaken{"OptionLike", "/-g0", "begins with '-'"},
                      NotTaken{"DotInName", "/g.0", "only letters"},
                      NotTaken{"SpaceInName", "/g 0", "only letters"},
                      NotTaken{"LongName", "/" + std::string(257, 'a'), "256"},
                      NotTaken{"DotVolume", "/.", "'.' and '..'"},
                      NotTaken{"WalksUp", "/g0/a/../../b", "'.' and '..'"},
                      NotTaken{"WalksNowhere", "/g0/./a", "'.' and '..'"},
                      NotTaken{"Newline", "/g0/a\nb", "control"},
                      NotTaken{"Nul", std::string("/g0/a\0b", 7), "control"},
                      NotTaken{"Delete", "/g0/\x7f", "control"},
                      NotTaken{"TooLong", "/g0/" + std::string(4092, 'a'), "4095"},
                      NotTaken{"SnapshotWithoutVolume", "/snaps/s1", "/snaps/SNAPSHOT/VOLUME"},
                      NotTaken{"SnapshotLikeAnOption", "/snaps/-s/g0", "/snaps/SNAPSHOT/VOLUME"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
