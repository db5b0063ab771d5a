#include "gluster/dictionary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <ostream>

#include "bytes.hpp"

namespace glusterconsul::gluster {
namespace {

TEST(EncodeDictionary, WritesSizesAndNulTerminatedStrings) {
  const std::array<DictionaryEntry, 2> entries = {{{"flags", "2"}, {"volname", "g0"}}};
  EXPECT_EQ(encode_dictionary(entries), words({2, 5, 2}) + text({"flags\0002\0", 8}) +
                                            words({7, 3}) + text({"volname\0g0\0", 11}));
}

TEST(EncodeDictionary, WritesOnlyCountIfEmpty) {
  EXPECT_EQ(encode_dictionary({}), words({0}));
}

TEST(Dictionary, RoundTrips) {
  const std::array<DictionaryEntry, 3> entries = {{{"a", "text"}, {"b", ""}, {"", "0"}}};
  const auto dictionary = Dictionary::decode(encode_dictionary(entries));
  ASSERT_TRUE(dictionary.has_value()) << dictionary.error().message;
  EXPECT_EQ(dictionary->size(), 3U);
  for (const auto& [key, value] : entries) EXPECT_EQ(dictionary->text(key), value);
  EXPECT_EQ(dictionary->text("c"), std::nullopt);
}

TEST(Dictionary, NoBytesIsEmpty) {
  const auto dictionary = Dictionary::decode({});
  ASSERT_TRUE(dictionary.has_value());
  EXPECT_EQ(dictionary->size(), 0U);
}

TEST(Dictionary, LastDuplicateKeyWins) {
  const auto dictionary = Dictionary::decode(words({2}) + entry("a", "1") + entry("a", "2"));
  ASSERT_TRUE(dictionary.has_value()) << dictionary.error().message;
  EXPECT_EQ(dictionary->size(), 1U);
  EXPECT_EQ(dictionary->number("a"), 2U);
}

struct Value {
  const char* row;
  std::string_view raw;
  std::optional<std::string_view> text;
  std::optional<std::uint64_t> number;
};
void PrintTo(const Value& value, std::ostream* out) {
  *out << value.row;
}

class DictionaryValue : public ::testing::TestWithParam<Value> {};

TEST_P(DictionaryValue, IsReadAsTextAndNumber) {
  const auto raw = GetParam().raw;
  const auto dictionary = Dictionary::decode(words({1, 1, static_cast<std::uint32_t>(raw.size())}) +
                                             text({"k\0", 2}) + text(raw));
  ASSERT_TRUE(dictionary.has_value()) << dictionary.error().message;
  EXPECT_EQ(dictionary->text("k"), GetParam().text);
  EXPECT_EQ(dictionary->number("k"), GetParam().number);
}

INSTANTIATE_TEST_SUITE_P(
    Dictionary, DictionaryValue,
    ::testing::Values(
        Value{"Number", {"42\0", 3}, "42", 42}, Value{"Zero", {"0\0", 2}, "0", 0},
        Value{"Largest", {"18446744073709551615\0", 21}, "18446744073709551615", UINT64_MAX},
        Value{"TooLarge", {"18446744073709551616\0", 21}, "18446744073709551616", {}},
        Value{"Negative", {"-1\0", 3}, "-1", {}}, Value{"Word", {"on\0", 3}, "on", {}},
        Value{"EmptyText", {"\0", 1}, "", {}}, Value{"WithoutNul", "42", {}, {}},
        Value{"NoBytes", "", {}, {}}, Value{"NulInside", {"4\0002\0", 4}, {}, {}}),
    [](const auto& row) { return row.param.row; });

struct Malformed {
  const char* row;
  Bytes bytes;
};
void PrintTo(const Malformed& malformed, std::ostream* out) {
  *out << malformed.row;
}

class MalformedDictionary : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedDictionary, IsBadReply) {
  const auto dictionary = Dictionary::decode(GetParam().bytes);
  ASSERT_FALSE(dictionary.has_value());
  EXPECT_EQ(dictionary.error().code, ErrorCode::kBadReply);
}

INSTANTIATE_TEST_SUITE_P(
    Dictionary, MalformedDictionary,
    ::testing::Values(Malformed{"TruncatedCount", Bytes(3)},
                      Malformed{"FewerEntriesThanCounted", words({1})},
                      Malformed{"MoreEntriesThanMaximum", words({65537})},
                      Malformed{"NoValueSize", words({1, 1})},
                      Malformed{"KeyBeyondEnd", words({1, 9, 1}) + text({"k\0v", 3})},
                      Malformed{"KeyOfFourGigabytes",
                                words({1, 0xFFFFFFFFU, 1}) + text({"k\0v", 3})},
                      Malformed{"NoNulAfterKey", words({1, 1, 1}) + text("k")},
                      Malformed{"OtherCharacterInsteadOfNul", words({1, 1, 1}) + text("k=v")},
                      Malformed{"ValueBeyondEnd", words({1, 1, 2}) + text({"k\0v", 3})},
                      Malformed{"TrailingBytes", words({1}) + entry("k", "v") + Bytes(1)}),
    [](const auto& row) { return row.param.row; });

TEST(Dictionary, ReturnsTextsBelowPrefix) {
  const auto dictionary = Dictionary::decode(words({4}) + entry("a", "0") + entry("a.x", "1") +
                                             entry("a.y", "2") + entry("b.x", "3"));
  ASSERT_TRUE(dictionary.has_value());
  EXPECT_THAT(dictionary->texts_below("a."),
              ::testing::ElementsAre(::testing::Pair("x", "1"), ::testing::Pair("y", "2")));
  EXPECT_TRUE(dictionary->texts_below("c").empty());
  EXPECT_TRUE(dictionary->has("a"));
  EXPECT_FALSE(dictionary->has("c"));
}

}  // namespace
}  // namespace glusterconsul::gluster
