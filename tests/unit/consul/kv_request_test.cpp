#include "consul/kv_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace glusterconsul::consul {
namespace {

using ChangeKind = KvChange::Kind;
using ::testing::SizeIs;

TEST(KvTarget, EncodesAllButSlashes) {
  EXPECT_EQ(kv_target("gluster/volumes/g0", {}), "/v1/kv/gluster/volumes/g0");
  EXPECT_EQ(kv_target("a b/c?d", {}), "/v1/kv/a%20b/c%3Fd");
  EXPECT_EQ(kv_target("g0", {"dc2", "ns1", "ap1"}), "/v1/kv/g0?dc=dc2&ns=ns1&partition=ap1");
}

TEST(KvTarget, ListsBelowPrefix) {
  EXPECT_EQ(kv_list_target("gluster/volumes/", {"dc2", "", ""}),
            "/v1/kv/gluster/volumes/?recurse&dc=dc2");
}

TEST(Transaction, HasCheckAndSetOperations) {
  const std::vector<KvChange> changes = {{ChangeKind::kSet, "a", "one", 0},
                                         {ChangeKind::kDelete, "b", "", 7}};
  EXPECT_EQ(transaction_target({}), "/v1/txn");
  EXPECT_EQ(nlohmann::json::parse(transaction_body(changes)), nlohmann::json::parse(R"([
    {"KV":{"Verb":"cas","Key":"a","Value":"b25l","Index":0}},
    {"KV":{"Verb":"delete-cas","Key":"b","Index":7}}])"));
}

struct SplitCase {
  const char* name;
  std::size_t changes;
  std::size_t value_size;
  std::vector<std::size_t> pieces;
};

class SplitTransactions : public ::testing::TestWithParam<SplitCase> {};

TEST_P(SplitTransactions, KeepsOrderAndLimits) {
  const auto& row = GetParam();
  std::vector<KvChange> changes(row.changes,
                                {ChangeKind::kSet, "key", std::string(row.value_size, 'x'), 0});
  std::vector<std::size_t> sizes;
  std::size_t next = 0;
  for (const auto piece : transactions(changes)) {
    EXPECT_EQ(piece.data(), changes.data() + next);
    if (piece.size() > 1) {
      EXPECT_LE(transaction_body(piece).size(), kMaxKvTransaction);
    }
    sizes.push_back(piece.size());
    next += piece.size();
  }
  EXPECT_EQ(sizes, row.pieces);
}

INSTANTIATE_TEST_SUITE_P(Kv, SplitTransactions,
                         ::testing::Values(SplitCase{"none", 0, 10, {}},
                                           SplitCase{"one", 1, 10, {1}},
                                           SplitCase{"as_many_as_fit", 64, 10, {64}},
                                           SplitCase{"one_too_many", 65, 10, {64, 1}},
                                           SplitCase{"large_values", 5, 150'000, {2, 2, 1}},
                                           SplitCase{"one_too_large", 3, 500'000, {1, 1, 1}}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace glusterconsul::consul
