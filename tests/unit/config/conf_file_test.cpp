#include "config/conf_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "print.hpp"

namespace glusterconsul::config {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPath = "/etc/glusterconsul.conf";

TEST(ConfFile, RecordsFileAndLineOfEachSetting) {
  const auto file = parse_conf_file(
      "# defaults\n"
      "\n"
      "  consul-timeout = 3s  \r\n"
      "[gluster]\n"
      "consul-tag=g0\n",
      kPath);
  ASSERT_TRUE(file.has_value()) << file.error().message;
  EXPECT_THAT(file->general,
              ElementsAre(Assignment{"consul-timeout", "3s", "/etc/glusterconsul.conf:3"}));
  ASSERT_EQ(file->sections.size(), 1U);
  EXPECT_EQ(file->sections[0].service, "gluster");
  EXPECT_THAT(file->sections[0].assignments,
              ElementsAre(Assignment{"consul-tag", "g0", "/etc/glusterconsul.conf:5"}));
}

struct Value {
  const char* row;
  const char* line;
  const char* value;
};
std::ostream& operator<<(std::ostream& out, const Value& row) {
  return out << row.row;
}

class ConfValue : public ::testing::TestWithParam<Value> {};

TEST_P(ConfValue, StripsOnlyOuterQuotes) {
  const auto file = parse_conf_file(GetParam().line, kPath);
  ASSERT_TRUE(file.has_value()) << file.error().message;
  ASSERT_EQ(file->general.size(), 1U);
  EXPECT_EQ(file->general[0].name, "consul-filter");
  EXPECT_EQ(file->general[0].value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    ConfFile, ConfValue,
    ::testing::Values(
        Value{"Equals", "consul-filter = Service.Meta.pool == a", "Service.Meta.pool == a"},
        Value{"Hash", "consul-filter = a # b", "a # b"},
        Value{"InnerQuotes", R"(consul-filter = "g0" in Service.Tags)", R"("g0" in Service.Tags)"},
        Value{"OuterQuotes", R"(consul-filter = " a ")", " a "},
        Value{"OneQuote", R"(consul-filter = ")", "\""}, Value{"Empty", "consul-filter =", ""},
        Value{"Utf8",
              "consul-filter = gr\xc3\xb6\xc3\x9f"
              "er",
              "gr\xc3\xb6\xc3\x9f"
              "er"},
        Value{"NoFinalNewline", "consul-filter=x", "x"}),
    [](const auto& row) { return row.param.row; });

struct InvalidText {
  const char* row;
  std::string text;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const InvalidText& row) {
  return out << row.row;
}

class InvalidConf : public ::testing::TestWithParam<InvalidText> {};

TEST_P(InvalidConf, ErrorNamesLine) {
  const auto file = parse_conf_file(GetParam().text, kPath);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::kUsage);
  EXPECT_THAT(file.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    ConfFile, InvalidConf,
    ::testing::Values(
        InvalidText{"NoAssignment", "\nconsul-via http\n",
                    ".conf:2: 'consul-via ...' is not a setting"},
        InvalidText{"OnlyName", "consul-via\n", ".conf:1: 'consul-via' is not a setting"},
        InvalidText{"PerhapsToken", "5cdd7d16-8bd0-4e5e-9e70\n",
                    ".conf:1: the line is not a setting"},
        InvalidText{"NoName", "= http", ".conf:1: missing option name"},
        InvalidText{"UnclosedSection", "[gluster", ".conf:1: missing ']' after"},
        InvalidText{"EmptySection", "a=b\n[ ]", ".conf:2: the section name is empty"},
        InvalidText{"ControlCharacter", "consul-via = \x1b[2J",
                    ".conf:1: the line contains a control"},
        InvalidText{"Nul", std::string("a = b\0c", 7), "control character"},
        InvalidText{"TooLarge", std::string(2 * 1024 * 1024, '#'), "larger than 1 MiB"},
        InvalidText{"TooManyLines", std::string(10'000, '\n'), "more than 10000 lines"}),
    [](const auto& row) { return row.param.row; });

TEST(ConfFile, MergesDuplicateSections) {
  const auto file = parse_conf_file("a=1\n[x]\na=2\n[y]\na=3\n[x]\nb=4\n", "f");
  ASSERT_TRUE(file.has_value());
  EXPECT_THAT(section_lines(*file, "x"),
              ElementsAre(Assignment{"a", "2", "f:3"}, Assignment{"b", "4", "f:7"}));
  EXPECT_THAT(section_lines(*file, "z"), IsEmpty());
}

TEST(ConfFile, AppendsLaterFileAndKeepsOrigins) {
  auto whole = *parse_conf_file("a=1\n[x]\na=2\n", "main");
  append(whole, *parse_conf_file("a=3\n[x]\na=4\n", "later"));
  EXPECT_THAT(whole.general,
              ElementsAre(Assignment{"a", "1", "main:1"}, Assignment{"a", "3", "later:1"}));
  EXPECT_THAT(section_lines(whole, "x"),
              ElementsAre(Assignment{"a", "2", "main:3"}, Assignment{"a", "4", "later:3"}));
}

TEST(ConfFile, IgnoresCaseOfSection) {
  EXPECT_THAT(section_lines(*parse_conf_file("[X]\na=1\n", "f"), "x"),
              ElementsAre(Assignment{"a", "1", "f:2"}));
}

TEST(ConfFile, ReportsEachInvalidLine) {
  const auto parsed = parse_conf_lines("nonsense\na=1\n[x\n[y]\n=2\n", "f");
  ASSERT_EQ(parsed.problems.size(), 3U);
  EXPECT_THAT(parsed.problems[0].message, HasSubstr("f:1: "));
  EXPECT_THAT(parsed.problems[1].message, HasSubstr("f:3: "));
  EXPECT_THAT(parsed.problems[2].message, HasSubstr("f:5: "));
  EXPECT_THAT(parsed.file.general, ElementsAre(Assignment{"a", "1", "f:2"}));
  ASSERT_EQ(parsed.file.sections.size(), 1U);
  EXPECT_EQ(parsed.file.sections[0].origin, "f:4");
}

TEST(ConfFile, SectionEndsWithFile) {
  auto whole = *parse_conf_file("[x]\n", "main");
  append(whole, *parse_conf_file("a=1\n", "later"));
  EXPECT_THAT(whole.general, ElementsAre(Assignment{"a", "1", "later:1"}));
}

TEST(ConfFile, AcceptsEmptyFile) {
  const auto file = parse_conf_file("", kPath);
  ASSERT_TRUE(file.has_value());
  EXPECT_THAT(file->general, IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::config
