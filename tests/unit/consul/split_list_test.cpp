#include "consul/split_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::consul {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kMany = 100;

struct SplitRow {
  const char* row;
  const char* text;
  const char* key;
  std::vector<std::string_view> elements;
  const char* rest;
  bool is_found = true;
};
void PrintTo(const SplitRow& row, std::ostream* out) {
  *out << row.row;
}

class Split : public ::testing::TestWithParam<SplitRow> {};

TEST_P(Split, KeepsElementsAndRest) {
  const auto& row = GetParam();
  const auto split = split_list(row.text, row.key, kMany);
  EXPECT_EQ(split.is_found, row.is_found);
  EXPECT_EQ(split.elements, row.elements);
  EXPECT_EQ(split.count, row.elements.size());
  EXPECT_EQ(split.rest, row.rest);
}

INSTANTIATE_TEST_SUITE_P(
    , Split,
    ::testing::Values(
        SplitRow{"empty text", "", "", {}, "", false},
        SplitRow{"blank", " \n", "", {}, " \n", false}, SplitRow{"empty list", "[]", "", {}, "[]"},
        SplitRow{"blank list", " [ \n] ", "", {}, " [] "},
        SplitRow{"no list", "{}", "", {}, "{}", false},
        SplitRow{"text", "\"[1]\"", "", {}, "\"[1]\"", false},
        SplitRow{"one", "[{\"a\":[1,2]}]", "", {"{\"a\":[1,2]}"}, "[]"},
        SplitRow{"two", "[1, [2,3]]", "", {"1", " [2,3]"}, "[]"},
        SplitRow{"brackets and commas in strings",
                 R"(["],[\"," , "}"])",
                 "",
                 {R"("],[\",")"
                  " ",
                  R"( "}")"},
                 "[]"},
        SplitRow{"missing element", "[1,]", "", {"1", ""}, "[]"},
        SplitRow{"only a comma", "[,]", "", {"", ""}, "[]"},
        SplitRow{"not closed", "[1,2", "", {"1", "2"}, "["},
        SplitRow{"string not closed", "[\"a", "", {"\"a"}, "["},
        SplitRow{"closed by the wrong bracket", "[1}", "", {"1"}, "[}"},
        SplitRow{"text after it", "[1]x", "", {"1"}, "[]x"},
        SplitRow{"key",
                 R"({"A":1,"Nodes" : [1,2],"B":[3]})",
                 "Nodes",
                 {"1", "2"},
                 R"({"A":1,"Nodes" : [],"B":[3]})"},
        SplitRow{"key is missing", R"({"A":[1]})", "Nodes", {}, R"({"A":[1]})", false},
        SplitRow{"key is null", R"({"Nodes":null})", "Nodes", {}, R"({"Nodes":null})", false},
        SplitRow{"key is deeper",
                 R"({"A":{"Nodes":[1]}})",
                 "Nodes",
                 {},
                 R"({"A":{"Nodes":[1]}})",
                 false},
        SplitRow{"key is a value",
                 R"({"A":"Nodes","B":[1]})",
                 "Nodes",
                 {},
                 R"({"A":"Nodes","B":[1]})",
                 false},
        SplitRow{"key in a list", R"([{"Nodes":[1]}])", "Nodes", {}, R"([{"Nodes":[1]}])", false},
        SplitRow{"text ends after key", R"({"Nodes":)", "Nodes", {}, R"({"Nodes":)", false},
        SplitRow{"text ends within key", R"({"Nod\)", "Nodes", {}, R"({"Nod\)", false}),
    [](const auto& row) { return "row" + std::to_string(row.index); });

TEST(SplitList, CountsElementsAboveMaximum) {
  const auto split = split_list("[1,2,3]", "", 2);
  EXPECT_THAT(split.elements, ElementsAre("1", "2"));
  EXPECT_EQ(split.count, 3U);
  EXPECT_EQ(split.rest, "[]");
  EXPECT_THAT(split_list("[1]", "", 0).elements, IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::consul
