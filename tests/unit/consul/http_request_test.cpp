#include "consul/http_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace glusterconsul::consul {
namespace {

using ServiceKind = ServiceName::Kind;

ServiceQuery asking(ServiceKind kind, std::string name) {
  ServiceQuery query;
  query.service.kind = kind;
  query.service.name = std::move(name);
  return query;
}

struct HttpAskedRow {
  const char* row;
  std::function<void(ServiceQuery&)> narrow;
  const char* target;
};
std::ostream& operator<<(std::ostream& out, const HttpAskedRow& row) {
  return out << row.row;
}

class ServiceTarget : public ::testing::TestWithParam<HttpAskedRow> {};

TEST_P(ServiceTarget, IncludesAllFilters) {
  auto query = asking(ServiceKind::kService, "gluster");
  GetParam().narrow(query);
  EXPECT_EQ(question_target(query, Consistency::kDefault).value(),
            std::string("/v1/health/service/gluster") + GetParam().target);
}

INSTANTIATE_TEST_SUITE_P(
    HttpRequest, ServiceTarget,
    ::testing::Values(
        HttpAskedRow{"Nothing", [](ServiceQuery&) {}, ""},
        HttpAskedRow{"Datacenter", [](ServiceQuery& q) { q.service.datacenter = "dc2"; },
                     "?dc=dc2"},
        HttpAskedRow{"Tags", [](ServiceQuery& q) { q.tags = {"g0", "prod"}; }, "?tag=g0&tag=prod"},
        HttpAskedRow{"Filter", [](ServiceQuery& q) { q.filter = "Service.Meta.pool == \"a&b\""; },
                     "?filter=Service.Meta.pool%20%3D%3D%20%22a%26b%22"},
        HttpAskedRow{"Nearest", [](ServiceQuery& q) { q.nearest_first = true; }, "?near=_agent"},
        HttpAskedRow{"Enterprise",
                     [](ServiceQuery& q) {
                       q.service.consul_namespace = "team";
                       q.service.partition = "east";
                       q.service.peer = "other";
                     },
                     "?ns=team&partition=east&peer=other"}),
    [](const auto& row) { return row.param.row; });

TEST(HttpRequest, EscapesNameInPath) {
  const auto query = asking(ServiceKind::kService, "../kv/x?dc=a#b c\r\n");
  EXPECT_EQ(question_target(query, Consistency::kDefault).value(),
            "/v1/health/service/..%2Fkv%2Fx%3Fdc%3Da%23b%20c%0D%0A");
}

TEST(HttpRequest, RequestsStaleAnswer) {
  EXPECT_EQ(question_target(asking(ServiceKind::kService, "g"), Consistency::kStale).value(),
            "/v1/health/service/g?stale");
}

TEST(HttpRequest, ExecutesPreparedQuery) {
  auto query = asking(ServiceKind::kPreparedQuery, "gq");
  query.service.datacenter = "dc2";
  query.nearest_first = true;
  EXPECT_EQ(question_target(query, Consistency::kDefault).value(),
            "/v1/query/gq/execute?dc=dc2&near=_agent");
}

TEST(HttpRequest, RejectsFiltersForPreparedQuery) {
  for (const auto& narrow : std::vector<std::function<void(ServiceQuery&)>>{
           [](ServiceQuery& q) { q.tags = {"g0"}; }, [](ServiceQuery& q) { q.filter = "a == b"; },
           [](ServiceQuery& q) { q.service.peer = "other"; }}) {
    auto query = asking(ServiceKind::kPreparedQuery, "gq");
    narrow(query);
    EXPECT_EQ(question_target(query, Consistency::kDefault).error().code, ErrorCode::kRejected);
  }
}

TEST(HttpRequest, DiagnosticRequestsUseSameDatacenter) {
  auto query = asking(ServiceKind::kService, "gluster");
  query.service.datacenter = "dc2";
  query.tags = {"g0"};
  EXPECT_EQ(catalog_target(query), "/v1/catalog/services?dc=dc2");
  EXPECT_EQ(authorize_target(query), "/v1/internal/acl/authorize?dc=dc2");
  query.service.name = "gl 1";
  EXPECT_EQ(node_target(query), "/v1/catalog/node/gl%201?dc=dc2");
}

TEST(HttpRequest, EscapesNameInJson) {
  EXPECT_EQ(authorize_body("a\"b"), R"([{"Access":"read","Resource":"service","Segment":"a\"b"}])");
}

TEST(Base64, EncodesTestVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace glusterconsul::consul
