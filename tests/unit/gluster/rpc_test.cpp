#include "gluster/rpc.hpp"

#include <gtest/gtest.h>

#include "bytes.hpp"

namespace glusterconsul::gluster {
namespace {

Bytes fragment(const Bytes& body, bool last) {
  return words({static_cast<std::uint32_t>(body.size()) | (last ? kLastFragment : 0U)}) + body;
}

TEST(RecordReader, CompletesOnlyAfterLastByte) {
  RecordReader reader;
  const auto stream = fragment(text("hello"), true);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    EXPECT_FALSE(reader.record().has_value());
    ASSERT_TRUE(reader.add(std::span(stream).subspan(i, 1)).has_value());
  }
  ASSERT_TRUE(reader.record().has_value());
  EXPECT_EQ(Bytes(reader.record()->begin(), reader.record()->end()), text("hello"));
}

TEST(RecordReader, JoinsFragmentsAndIgnoresTrailingBytes) {
  RecordReader reader;
  const auto stream = fragment(text("he"), false) + fragment({}, false) +
                      fragment(text("llo"), true) + text("the next record");
  ASSERT_TRUE(reader.add(stream).has_value());
  EXPECT_EQ(Bytes(reader.record()->begin(), reader.record()->end()), text("hello"));
}

TEST(RecordReader, AcceptsEmptyLastFragment) {
  RecordReader reader;
  ASSERT_TRUE(reader.add(fragment(text("a"), false) + fragment({}, true)).has_value());
  ASSERT_TRUE(reader.record().has_value());
  EXPECT_EQ(reader.record()->size(), 1U);
}

TEST(RecordReader, RejectsFragmentAboveMaximumSize) {
  RecordReader reader;
  EXPECT_EQ(reader.add(words({kLastFragment | 0x7FFFFFFFU})).error().code, ErrorCode::kBadReply);
}

TEST(RecordReader, RejectsFragmentsAboveMaximumTotal) {
  RecordReader reader;
  const auto first = fragment(Bytes(1024), false);
  ASSERT_TRUE(reader.add(first).has_value());
  const auto maximum = static_cast<std::uint32_t>(kMaxReply);
  EXPECT_EQ(reader.add(words({kLastFragment | maximum})).error().code, ErrorCode::kBadReply);
}

TEST(RecordReader, RejectsEndlessEmptyFragments) {
  RecordReader reader;
  const Bytes many(std::size_t{64} * 1024);
  std::size_t added = 0;
  while (reader.add(many).has_value()) {
    added += many.size();
    ASSERT_LE(added, kMaxReply);
  }
  EXPECT_FALSE(reader.record().has_value());
}

TEST(RecordReader, ReturnsBytesAfterRecord) {
  RecordReader reader;
  const auto stream = fragment(text("one"), true) + fragment(text("two"), true);
  const auto rest = reader.add(stream);
  ASSERT_TRUE(rest.has_value());
  EXPECT_EQ(rest->size(), 7U);
  EXPECT_EQ(Bytes(reader.record()->begin(), reader.record()->end()), text("one"));
}

TEST(RecordReader, HasItsOwnMaximum) {
  RecordReader reader(8);
  EXPECT_FALSE(reader.add(words({kLastFragment | 9U})).has_value());
}

TEST(Xid, IsTheFirstWord) {
  EXPECT_EQ(xid_of(words({7, 1})), 7U);
  EXPECT_FALSE(xid_of(text("abc")));
}

}  // namespace
}  // namespace glusterconsul::gluster
