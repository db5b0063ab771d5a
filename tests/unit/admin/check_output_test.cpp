#include "admin/check_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; });
}

std::vector<CheckItem> bricks(std::size_t count) {
  std::vector<CheckItem> items;
  for (std::size_t i = 1; i <= count; ++i) {
    items.push_back({"gl" + std::to_string(i) + ":/srv/g0", "refused"});
  }
  return items;
}

struct LineCase {
  std::string name;
  CheckLine line;
  std::string expected;
};

class Printed : public ::testing::TestWithParam<LineCase> {};

TEST_P(Printed, Line) {
  EXPECT_EQ(printed(GetParam().line), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Printed,
    ::testing::Values(
        LineCase{"Text", {"g0 is healthy"}, "g0 is healthy"},
        LineCase{"ItemWithoutNote", {"stopped", {{"g0", ""}, {"g1", ""}}}, "stopped: g0, g1"},
        LineCase{"ItemWithNote", {"down", {{"gl1", "refused"}}}, "down: gl1 (refused)"},
        LineCase{"OnlyAnItem", {"", {{"gl1", "refused"}}}, "gl1 (refused)"},
        LineCase{"Newline", {"down", {{"gl1\nok", "a\tb"}}}, "down: gl1\\nok (a\\tb)"},
        LineCase{"Escape", {"down", {{"\x1b[31mgl1\x7f", ""}}}, "down: \\x1b[31mgl1\\x7f"},
        LineCase{"NotAscii", {"down", {{"gl\xc3\xa4", ""}}}, "down: gl\\xc3\\xa4"},
        LineCase{"NotUtf8", {"down", {{"gl\xff", ""}}}, "down: gl\\xff"},
        LineCase{"Nul", {"down", {{std::string("a\0b", 3), ""}}}, "down: a\\x00b"},
        LineCase{"LongItem",
                 {"down", {{std::string(4096, 'x'), "refused"}}},
                 "down: " + std::string(57, 'x') + "... (refused)"},
        LineCase{"LongItemIsNotCutInAnEscape",
                 {"down", {{std::string(56, 'x') + std::string(4096, '\n'), ""}}},
                 "down: " + std::string(56, 'x') + "..."},
        LineCase{"ItemOfExactlyTheLimit",
                 {"down", {{std::string(60, 'x'), ""}}},
                 "down: " + std::string(60, 'x')},
        LineCase{"LongText", {std::string(200, 'x')}, std::string(157, 'x') + "..."},
        LineCase{"TextThatLeavesNoRoom",
                 {std::string(150, 'x'), {{"gl1:/srv/g0", "refused"}}},
                 std::string(150, 'x')}),
    [](const auto& row) { return row.param.name; });

TEST(Printed, ShortensLongLists) {
  const CheckLine line{"down", bricks(4096)};
  EXPECT_THAT(printed(line), AllOf(StartsWith("down: gl1:/srv/g0 (refused), gl2:/srv/g0 (refused)"),
                                   EndsWith(" and 4090 more")));
  EXPECT_LE(printed(line).size(), kMaxCheckLine);
  EXPECT_EQ(printed(line), printed(line));
  EXPECT_FALSE(shows_all_items(line));
}

TEST(Printed, ShowsAllItemsThatFit) {
  for (std::size_t count = 0; count < 12; ++count) {
    const CheckLine line{"down", bricks(count)};
    const auto text = printed(line);
    EXPECT_LE(text.size(), kMaxCheckLine);
    EXPECT_EQ(shows_all_items(line), text.find(" more") == std::string::npos) << text;
    EXPECT_EQ(shows_all_items(line), count <= 6) << text;
  }
}

TEST(ShortName, KeepsTheStart) {
  EXPECT_EQ(short_name("g0"), "g0");
  EXPECT_EQ(short_name(std::string(256, 'v')), std::string(60, 'v') + "...");
}

TEST(CheckOutput, PutsDetailsBelowTheCause) {
  EXPECT_EQ(check_output({"cause"}), "cause");
  EXPECT_EQ(check_output({"cause"}, {{"set 1", {{"a", ""}}}, {"set 2"}}), "cause\nset 1: a\nset 2");
}

TEST(CheckOutput, ShortensManyDetails) {
  std::vector<CheckLine> details;
  for (const auto& item : bricks(4096)) details.push_back({"", {item}});
  const auto output = check_output({"cause", bricks(4096)}, details);
  EXPECT_LE(output.size(), kMaxCheckOutput);
  EXPECT_GT(output.size(), kMaxCheckOutput - 60);
  const auto lines = split(output, '\n');
  EXPECT_EQ(lines.back(), "and " + std::to_string(4096 - (lines.size() - 2)) + " more");
}

TEST(CheckOutput, IsBoundedAndPrintableWithHostileText) {
  for (const char c : {'\n', '\x1b', '\xff', 'x', '\0'}) {
    const std::string hostile(4096, c);
    const CheckLine line{hostile, {{hostile, hostile}, {hostile, ""}}};
    const auto output = check_output(line, std::vector(100, line));
    EXPECT_LE(output.size(), kMaxCheckOutput);
    EXPECT_TRUE(is_plain(output)) << output;
    for (const auto text : split(output, '\n')) EXPECT_LE(text.size(), kMaxCheckLine);
  }
}

}  // namespace
}  // namespace glusterconsul::admin
