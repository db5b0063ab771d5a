#include "util/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Trim, RemovesBlanksFromBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable("two\nlines\tand\r"), "two\\nlines\\tand\\r");
  EXPECT_EQ(printable(std::string_view("nul\0x", 5)), "nul\\x00x");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "C1: CSI in eight bits";
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "right-to-left override";
}

struct Character {
  const char* name;
  const char* utf8;
  bool is_escaped;
};
std::ostream& operator<<(std::ostream& out, const Character& row) {
  return out << row.name;
}
class PrintableCharacter : public ::testing::TestWithParam<Character> {};

TEST_P(PrintableCharacter, IsEscapedIfInvisibleOrBidirectional) {
  const std::string text = std::string("gl") + GetParam().utf8 + "1";
  const auto shown = printable(text);
  EXPECT_EQ(shown != text, GetParam().is_escaped) << shown;
  EXPECT_EQ(printable(shown), shown);
}

INSTANTIATE_TEST_SUITE_P(Text, PrintableCharacter,
                         ::testing::Values(Character{"soft_hyphen", "\u00AD", true},
                                           Character{"combining_grapheme_joiner", "\u034F", true},
                                           Character{"arabic_letter_mark", "\u061C", true},
                                           Character{"hangul_filler", "\u3164", true},
                                           Character{"mongolian_vowel_separator", "\u180E", true},
                                           Character{"zero_width_space", "\u200B", true},
                                           Character{"zero_width_joiner", "\u200D", true},
                                           Character{"right_to_left_mark", "\u200F", true},
                                           Character{"line_separator", "\u2028", true},
                                           Character{"right_to_left_override", "\u202E", true},
                                           Character{"word_joiner", "\u2060", true},
                                           Character{"invisible_plus", "\u2064", true},
                                           Character{"first_strong_isolate", "\u2068", true},
                                           Character{"nominal_digit_shapes", "\u206F", true},
                                           Character{"variation_selector", "\uFE0F", true},
                                           Character{"byte_order_mark", "\uFEFF", true},
                                           Character{"interlinear_annotation", "\uFFF9", true},
                                           Character{"language_tag", "\U000E0001", true},
                                           Character{"tag_tilde", "\U000E007E", true},
                                           Character{"cancel_tag", "\U000E007F", true},
                                           Character{"variation_selector_256", "\U000E01EF", true},
                                           Character{"u_umlaut", "\u00FC", false},
                                           Character{"combining_acute", "\u0301", false},
                                           Character{"hebrew_alef", "\u05D0", false},
                                           Character{"hyphen", "\u2010", false},
                                           Character{"ideograph", "\u4E2D", false},
                                           Character{"replacement_character", "\uFFFD", false},
                                           Character{"emoji", "\U0001F600", false}),
                         [](const auto& row) { return row.param.name; });

TEST(Printable, KeepsValidUtf8AndEscapesInvalidBytes) {
  EXPECT_EQ(printable("gl\xc3\xbcster"), "gl\xc3\xbcster");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
}

TEST(Printable, TruncatesAtCharacterBoundary) {
  EXPECT_EQ(printable(std::string(500, 'x')).size(), 403U);
  EXPECT_EQ(printable("a\xc3\xbc", 2), "a...");
}

TEST(Shortened, KeepsForeignTextAndCutsBetweenCharacters) {
  EXPECT_EQ(shortened("two\nlines\x1b\xff"), "two\nlines\x1b\xff");
  EXPECT_EQ(shortened("a\xc3\xbc", 2), "a...");
  EXPECT_EQ(shortened("a\n\n", 4), "a\n...") << "counts what is printed";
  EXPECT_EQ(shortened(std::string(500, 'x')).size(), 403U);
}

TEST(ReplaceEach, ReplacesAllOccurrencesOnce) {
  EXPECT_EQ(replace_each("a-ab-abc", "ab", "[ab]"), "a-[ab]-[ab]c");
  EXPECT_EQ(replace_each("aaa", "aa", "b"), "ba");
  EXPECT_EQ(replace_each("abc", "x", "y"), "abc");
}

TEST(Printable, IsIdempotent) {
  const auto once = printable("a\\b\n\x1b");
  EXPECT_EQ(printable(once), once);
}

TEST(ParseNumber, AcceptsOnlyDigitsWithinBounds) {
  EXPECT_EQ(parse_number("24007", 1, 65535), 24007U);
  for (const auto* text :
       {"", "0", "65536", "-1", "+1", " 1", "1 ", "0x10", "99999999999999999999"})
    EXPECT_EQ(parse_number(text, 1, 65535), std::nullopt) << text;
}

TEST(ParseDuration, AcceptsUnits) {
  EXPECT_EQ(*parse_duration("500ms"), 500ms);
  EXPECT_EQ(*parse_duration("30s"), 30s);
  EXPECT_EQ(*parse_duration("2m"), 2min);
  EXPECT_EQ(*parse_duration("1h"), 1h);
  EXPECT_EQ(*parse_duration("7d"), 7 * 24h);
  EXPECT_EQ(*parse_duration("90"), 90s);
  EXPECT_EQ(*parse_duration("0"), 0s);
  EXPECT_EQ(*parse_duration("1.5"), 1500ms);
  EXPECT_EQ(*parse_duration("0.25m"), 15s);
}

TEST(ParseDuration, RejectsInvalidDuration) {
  for (const auto* text : {"", "s", "ms", "-1s", "1 s", "1w", "1.s", ".5s", "1.5.5s", "1e3",
                           "99999999999999999999d", "3651d", "18446744073709551615ms"}) {
    const auto span = parse_duration(text);
    ASSERT_FALSE(span.has_value()) << text;
    EXPECT_EQ(span.error().code, ErrorCode::kUsage);
    EXPECT_THAT(span.error().message, HasSubstr(std::string("'") + text + "'"));
  }
}

TEST(DurationText, RoundTrips) {
  for (const auto span : {0ms, 1ms, 999ms, 1000ms, 1500ms, 60000ms, 90000ms, 3600000ms, 604800000ms,
                          86399999ms, 1000001000ms})
    EXPECT_EQ(*parse_duration(to_string(span)), span) << to_string(span);
}

TEST(Nearest, FindsOnlyTypos) {
  const std::vector<std::string_view> known = {"consul-http-addr", "consul-dns-addr", "consul-via"};
  EXPECT_EQ(nearest("consul-http-adr", known), "consul-http-addr");
  EXPECT_EQ(nearest("consul-vai", known), "consul-via");
  EXPECT_EQ(nearest("ro", known), std::nullopt);
  EXPECT_EQ(nearest("x", {}), std::nullopt);
}

TEST(ShellQuote, QuotesToOneWord) {
  EXPECT_EQ(shell_quote("--log-level=INFO"), "--log-level=INFO");
  EXPECT_EQ(shell_quote("/mnt/a b"), "'/mnt/a b'");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("*replicate*"), "'*replicate*'");
}

TEST(ShellLine, QuotesEachWord) {
  EXPECT_EQ(shell_line({"umount", "-l", "/mnt/a b"}), "umount -l '/mnt/a b'");
  EXPECT_EQ(shell_line({}), "");
}

}  // namespace
}  // namespace glusterconsul
