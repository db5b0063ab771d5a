#include "consul/kv_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "consul/http_request.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Base64, DecodesWhatIsEncoded) {
  for (const std::string text : {"", "f", "fo", "foo", "foob"}) {
    EXPECT_EQ(from_base64(base64(text)), text);
  }
  const std::string bytes("\0\xFF\x80 ", 4);
  EXPECT_EQ(from_base64(base64(bytes)), bytes);
}

TEST(Base64, RejectsAnythingElse) {
  for (const auto* text :
       {"A", "AAA", "A===", "====", "AA=A", "AA==AAAA", "AA A", "AA\n=", "AA-_"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(KvList, HasKeysValuesAndIndices) {
  const auto list = parse_kv_list(
      R"([{"Key":"a","Value":"b25l","ModifyIndex":23,"Flags":0},{"Key":"b","Value":null,"ModifyIndex":1}])");
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->entries, ElementsAre(KvEntry{"a", "one", 23}, KvEntry{"b", "", 1}));
  EXPECT_EQ(list->skipped, 0U);
}

struct SkippedCase {
  const char* name;
  std::string entry;
  std::string why;
};

class KvSkipped : public ::testing::TestWithParam<SkippedCase> {};

TEST_P(KvSkipped, SkipsOnlyThatEntry) {
  const auto list =
      parse_kv_list("[" + GetParam().entry + R"(,{"Key":"good","Value":"","ModifyIndex":5}])");
  ASSERT_TRUE(list.has_value()) << list.error().message;
  EXPECT_THAT(list->entries, ElementsAre(KvEntry{"good", "", 5}));
  EXPECT_EQ(list->skipped, 1U);
  EXPECT_THAT(list->first_skipped, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    KvList, KvSkipped,
    ::testing::Values(
        SkippedCase{"no_key", R"({"Value":"","ModifyIndex":5})", "entry 1: its Key"},
        SkippedCase{"number", "7", "its Key is not a string"},
        SkippedCase{"long_key", R"({"Key":")" + std::string(1025, 'k') + R"(","ModifyIndex":5})",
                    "longer than the limit"},
        SkippedCase{"no_index", R"({"Key":"a","Value":""})", "a: its ModifyIndex"},
        SkippedCase{"zero_index", R"({"Key":"a","Value":"","ModifyIndex":0})", "ModifyIndex"},
        SkippedCase{"negative", R"({"Key":"a","Value":"","ModifyIndex":-1})", "ModifyIndex"},
        SkippedCase{"not_base64", R"({"Key":"a","Value":"%","ModifyIndex":5})", "not base64"},
        SkippedCase{"value_is_number", R"({"Key":"a","Value":1,"ModifyIndex":5})", "not a string"},
        SkippedCase{"large",
                    R"({"Key":"a","ModifyIndex":5,"Value":")" +
                        base64(std::string(kMaxKvValue + 1, 'x')) + R"("})",
                    "larger than the limit"},
        SkippedCase{"deep", std::string(100, '[') + std::string(100, ']'), "nested too deeply"},
        SkippedCase{"huge", "\"" + std::string(5UL * 1024 * 1024, 'x') + "\"",
                    "entry 1: larger than the limit"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(KvList, UsesOnlyTheFirstKeys) {
  std::string body = "[";
  for (int i = 0; i < 5000; ++i) body += R"({"Key":"k","Value":"","ModifyIndex":5},)";
  body.back() = ']';
  const auto list = parse_kv_list(body);
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->entries, SizeIs(kMaxKvEntries));
  EXPECT_EQ(list->skipped, 5000 - kMaxKvEntries);
}

TEST(KvList, RejectsWhatIsNotAList) {
  for (const auto* body : {"", "{}", "null", "[", "[1", "true"}) {
    EXPECT_FALSE(parse_kv_list(body)) << body;
  }
}

const std::vector<KvChange> kChanges = {{KvChange::Kind::kSet, "a", "", 0},
                                        {KvChange::Kind::kDelete, "b", "", 7}};

// As answered by Consul 1.8.7.
TEST(TransactionReply, AppliedHasNoConflicts) {
  EXPECT_THAT(*parse_transaction_reply(R"({"Results":[],"Errors":null})", kChanges), IsEmpty());
  EXPECT_THAT(*parse_transaction_reply(R"({"Results":[{"KV":{}}],"Errors":[]})", kChanges),
              IsEmpty());
}

TEST(TransactionReply, NamesConflicts) {
  const auto reply = parse_transaction_reply(
      R"({"Results":null,"Errors":[{"OpIndex":1,"What":"failed to delete key \"b\", index is stale"}]})",
      kChanges);
  ASSERT_TRUE(reply.has_value());
  EXPECT_THAT(*reply, ElementsAre("b"));
}

TEST(TransactionReply, OtherErrorsAreErrors) {
  const auto denied =
      parse_transaction_reply(R"({"Errors":[{"OpIndex":0,"What":"Permission denied"}]})", kChanges);
  ASSERT_FALSE(denied.has_value());
  EXPECT_EQ(denied.error().code, ErrorCode::kDenied);
  const auto other = parse_transaction_reply(
      R"({"Errors":[{"OpIndex":0,"What":"invalid lock session"}]})", kChanges);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, ErrorCode::kRejected);
  EXPECT_THAT(other.error().message, HasSubstr("invalid lock session"));
}

TEST(TransactionReply, RejectsAnythingElse) {
  for (const auto* body : {"", "[]", "{}", R"({"Errors":1})", R"({"Errors":[1]})",
                           R"({"Errors":[{"OpIndex":2,"What":"index is stale"}]})",
                           R"({"Errors":[{"OpIndex":-1,"What":"index is stale"}]})",
                           R"({"Errors":[{"OpIndex":0}]})"}) {
    const auto reply = parse_transaction_reply(body, kChanges);
    ASSERT_FALSE(reply.has_value()) << body;
    EXPECT_EQ(reply.error().code, ErrorCode::kBadReply) << body;
  }
}

}  // namespace
}  // namespace glusterconsul::consul
