#include "config/option_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/option_setters.hpp"
#include "util/text.hpp"

namespace glusterconsul::config {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

bool accepts(const OptionRow& row, std::string_view value) {
  Draft draft;
  return row.apply(draft, value).has_value();
}

bool is_placeholder(std::string_view word) {
  return std::none_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

TEST(OptionTable, NamesAndVariablesAreUnique) {
  std::vector<std::string_view> names;
  for (const auto& row : option_table()) {
    EXPECT_TRUE(row.name.starts_with("consul-")) << row.name;
    names.push_back(row.name);
    if (!row.variable.empty()) names.push_back(row.variable);
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(OptionTable, GroupsOptionsBySection) {
  std::vector<const OptionSection*> sections;
  for (const auto& row : option_table()) {
    if (sections.empty() || sections.back() != row.section) sections.push_back(row.section);
  }
  std::sort(sections.begin(), sections.end());
  EXPECT_EQ(std::adjacent_find(sections.begin(), sections.end()), sections.end());
}

TEST(OptionTable, AcceptsOnlyDefaultsAndDocumentedKeywords) {
  for (const auto& row : option_table()) {
    EXPECT_TRUE(accepts(row, row.fallback)) << row.name << "=" << row.fallback;
    bool is_closed = true;
    for (const auto word : split(row.syntax, '|')) {
      if (is_placeholder(word)) {
        is_closed = false;
      } else {
        EXPECT_TRUE(accepts(row, word)) << row.name << "=" << word;
      }
    }
    if (is_closed) {
      EXPECT_FALSE(accepts(row, "nosuch")) << row.name;
    }
  }
}

TEST(OptionTable, DescribesEachOption) {
  for (const auto& row : option_table()) {
    EXPECT_THAT(std::string(row.help), AllOf(Not(IsEmpty()), Not(EndsWith(".")))) << row.name;
    EXPECT_LE(row.help.size(), 74U) << row.name;
    EXPECT_THAT(std::string(row.manual), Not(AnyOf(IsEmpty(), EndsWith("\n"), StartsWith("\n"))))
        << row.name;
  }
}

TEST(OptionTable, FindsOptionByName) {
  EXPECT_EQ(find_option("consul-timeout")->fallback, "5s");
  EXPECT_EQ(find_option("consul-timeou"), nullptr);
}

}  // namespace
}  // namespace glusterconsul::config
