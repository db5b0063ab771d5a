#include "util/utf8.hpp"

#include <gtest/gtest.h>

namespace glusterconsul {
namespace {

TEST(Utf8, ValidatesTheWholeText) {
  struct Case {
    const char* name;
    std::string_view text;
    bool is_valid;
  };
  constexpr Case kCases[] = {
      {"empty", "", true},
      {"ASCII", "a b", true},
      {"two to four bytes", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x9C", true},
      {"Latin-1 at the end", "caf\xE9", false},
      {"incomplete", "\xE2\x82", false},
      {"overlong", "\xC0\xAF", false},
      {"surrogate", "\xED\xA0\x80", false},
      {"above U+10FFFF", "\xF4\x90\x80\x80", false},
  };
  for (const auto& [name, text, is_valid] : kCases) EXPECT_EQ(is_utf8(text), is_valid) << name;
}

}  // namespace
}  // namespace glusterconsul
