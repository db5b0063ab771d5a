#include "consul/kv_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "consul/kv_request.hpp"
#include "consul/meta_values.hpp"
#include "loopback/consul/client_settings.hpp"
#include "loopback/consul/fake_http.hpp"
#include "loopback/consul/gluster_lookup.hpp"
#include "test_context.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using loopback::answers;
using loopback::FakeHttp;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kOne = R"([{"Key":"v/g0","Value":"b25l","ModifyIndex":23}])";

KvClient client_of(const FakeHttp& consul) {
  return *KvClient::open(settings_for(consul), {"dc2", "", ""});
}

template <typename T>
Error error_of(const Result<T>& result) {
  return result ? Error{ErrorCode::kBug, "it succeeded"} : result.error();
}

TEST(KvClient, ReadsKey) {
  const FakeHttp consul(answers(200, kOne));
  const TestContext context;
  const auto entry = client_of(consul).read("v/g0", context.within(10s));
  ASSERT_TRUE(entry.has_value()) << entry.error().message;
  EXPECT_EQ(*entry, (KvEntry{"v/g0", "one", 23}));
  ASSERT_THAT(consul.requests(), SizeIs(1));
  EXPECT_EQ(consul.requests()[0].target, "/v1/kv/v/g0?dc=dc2");
  EXPECT_THAT(consul.requests()[0].head, HasSubstr("X-Consul-Token: s3cret-token"));
}

TEST(KvClient, MissingKeyIsAValue) {
  const FakeHttp consul(answers(404, ""));
  const TestContext context;
  const auto entry = client_of(consul).read("v/g0", context.within(10s));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(*entry, std::nullopt);
  const auto list = client_of(consul).list("v/", context.within(10s));
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->entries, IsEmpty());
}

TEST(KvClient, RejectsAnswerToAnotherQuestion) {
  const FakeHttp consul(answers(200, kOne));
  const TestContext context;
  EXPECT_EQ(error_of(client_of(consul).read("v/g1", context.within(10s))).code,
            ErrorCode::kBadReply);
  EXPECT_EQ(error_of(client_of(consul).list("w/", context.within(10s))).code, ErrorCode::kBadReply);
}

TEST(KvClient, NotFoundByAnotherProgramIsAnError) {
  const FakeHttp consul(answers(404, "<html>no such page</html>"));
  const TestContext context;
  EXPECT_EQ(error_of(client_of(consul).read("v/g0", context.within(10s))).code,
            ErrorCode::kBadReply);
}

TEST(KvClient, DeniedNamesTheRule) {
  const FakeHttp consul(answers(403, "Permission denied for s3cret-token"));
  const TestContext context;
  const auto error = error_of(client_of(consul).list("v/", context.within(10s)));
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_THAT(error.message, Not(HasSubstr("s3cret")));
  EXPECT_THAT(error.hint, AllOf(HasSubstr("key_prefix \"v/\""), HasSubstr("\"read\"")));
}

TEST(KvClient, HiddenKeysAreNotAnEmptyList) {
  const char* filtered = "X-Consul-Results-Filtered-By-ACLs: true\r\n";
  struct Case {
    const char* name;
    loopback::HttpBehaviour list;
    loopback::HttpBehaviour prefix;  ///< the reply to reading the prefix as a key
    std::size_t requests;
    bool is_denied;
  };
  const auto denied = answers(403, "Permission denied");
  const auto missing = answers(404, "");
  const std::vector<Case> cases = {
      {"no keys", missing, missing, 2, false},
      {"all hidden, Consul 1.8", missing, denied, 2, true},
      {"all hidden, Consul 1.11", answers(404, "", filtered), denied, 1, true},
      {"some hidden, Consul 1.11", answers(200, kOne, filtered), denied, 1, true},
      {"not all below the prefix, Consul 1.8", answers(200, kOne), denied, 1, false},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.name);
    const FakeHttp consul([&](const loopback::HttpRequest& request) {
      return request.target.find("recurse") != std::string::npos ? row.list : row.prefix;
    });
    const TestContext context;
    const auto keys = client_of(consul).list("v/", context.within(10s));
    EXPECT_EQ(!keys.has_value(), row.is_denied);
    if (!keys) {
      EXPECT_EQ(keys.error().code, ErrorCode::kDenied);
      EXPECT_THAT(keys.error().hint, HasSubstr("key_prefix \"v/\""));
    }
    EXPECT_THAT(consul.requests(), SizeIs(row.requests));
  }
}

TEST(KvClient, AppliesTransaction) {
  const FakeHttp consul(answers(200, R"({"Results":[],"Errors":null})"));
  const TestContext context;
  const std::vector<KvChange> changes = {{KvChange::Kind::kDelete, "v/g0", "", 23}};
  const auto conflicts = client_of(consul).apply(changes, context.within(10s));
  ASSERT_TRUE(conflicts.has_value()) << conflicts.error().message;
  EXPECT_THAT(*conflicts, IsEmpty());
  ASSERT_THAT(consul.requests(), SizeIs(1));
  EXPECT_EQ(consul.requests()[0].method, "PUT");
  EXPECT_EQ(consul.requests()[0].body, transaction_body(changes));
}

TEST(KvClient, ConflictIsAValue) {
  const FakeHttp consul(
      answers(409, R"({"Results":null,"Errors":[{"OpIndex":0,"What":"failed, index is stale"}]})"));
  const TestContext context;
  const std::vector<KvChange> changes = {{KvChange::Kind::kSet, "v/g0", "x", 0}};
  const auto conflicts = client_of(consul).apply(changes, context.within(10s));
  ASSERT_TRUE(conflicts.has_value()) << conflicts.error().message;
  EXPECT_THAT(*conflicts, ElementsAre("v/g0"));
}

TEST(KvClient, DeniedTransactionNamesTheRule) {
  const FakeHttp consul(
      answers(409, R"({"Results":null,"Errors":[{"OpIndex":0,"What":"Permission denied"}]})"));
  const TestContext context;
  const std::vector<KvChange> changes = {{KvChange::Kind::kSet, "v/g0", "x", 0}};
  const auto error = error_of(client_of(consul).apply(changes, context.within(10s)));
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_THAT(error.hint, HasSubstr("\"write\""));
}

TEST(KvClient, FrozenAgentTimesOut) {
  const FakeHttp consul(loopback::never_responds());
  const TestContext context;
  EXPECT_EQ(error_of(client_of(consul).read("v/g0", context.within(100ms))).code,
            ErrorCode::kTimedOut);
}

TEST(KvClient, BlockedEndpointNamesThePaths) {
  const FakeHttp consul(answers(403, "Endpoint is blocked by agent configuration"));
  const TestContext context;
  const auto error = error_of(client_of(consul).read("v/g0", context.within(10s)));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.hint, HasSubstr("/v1/kv"));
}

TEST(MetaValues, AreAskedFor) {
  const FakeHttp consul(answers(200, R"([{"ServiceMeta":{"gluster_volume":"g0"}}])"));
  const TestContext context;
  const auto values = ask_meta_values(settings_for(consul), gluster_query(),
                                      {"gluster_volume", "g0"}, context.within(10s));
  ASSERT_TRUE(values.has_value()) << values.error().message;
  EXPECT_THAT(*values, ElementsAre("g0"));
  EXPECT_THAT(consul.requests()[0].target, HasSubstr("/v1/catalog/service/gluster?filter="));
}

TEST(MetaValues, RefusalAndGarbageAreErrors) {
  const TestContext context;
  const auto query = gluster_query();
  const FakeHttp denied(answers(403, "Permission denied"));
  EXPECT_EQ(
      error_of(ask_meta_values(settings_for(denied), query, {"v", ""}, context.within(10s))).code,
      ErrorCode::kDenied);
  const FakeHttp garbage(answers(200, "garbage"));
  EXPECT_EQ(
      error_of(ask_meta_values(settings_for(garbage), query, {"v", ""}, context.within(10s))).code,
      ErrorCode::kBadReply);
}

}  // namespace
}  // namespace glusterconsul::consul
