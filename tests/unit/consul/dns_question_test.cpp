#include "consul/dns_question.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace glusterconsul::consul {
namespace {

using ServiceKind = ServiceName::Kind;

struct DnsAskedRow {
  const char* row;
  std::function<void(ServiceQuery&)> narrow;
  const char* name;  ///< nullptr: not possible over DNS
};
std::ostream& operator<<(std::ostream& out, const DnsAskedRow& row) {
  return out << row.row;
}

class DnsQuestion : public ::testing::TestWithParam<DnsAskedRow> {};

TEST_P(DnsQuestion, EncodesQueryOrRejectsIt) {
  ServiceQuery query;
  query.service.name = "gluster";
  GetParam().narrow(query);
  const auto name = question_name(query);
  if (GetParam().name != nullptr) {
    ASSERT_TRUE(name.has_value()) << name.error().message;
    EXPECT_EQ(*name, GetParam().name);
    return;
  }
  ASSERT_FALSE(name.has_value()) << *name;
  EXPECT_EQ(name.error().code, ErrorCode::kRejected);
}

INSTANTIATE_TEST_SUITE_P(
    DnsQuestion, DnsQuestion,
    ::testing::Values(
        DnsAskedRow{"Service", [](ServiceQuery&) {}, "gluster.service.consul"},
        DnsAskedRow{"Tag", [](ServiceQuery& q) { q.tags = {"g0"}; }, "g0.gluster.service.consul"},
        DnsAskedRow{"Datacenter", [](ServiceQuery& q) { q.service.datacenter = "dc2"; },
                    "gluster.service.dc2.consul"},
        DnsAskedRow{"Enterprise",
                    [](ServiceQuery& q) {
                      q.service.consul_namespace = "team";
                      q.service.partition = "east";
                      q.service.datacenter = "dc2";
                    },
                    "gluster.service.team.ns.east.ap.dc2.dc.consul"},
        DnsAskedRow{"Peer", [](ServiceQuery& q) { q.service.peer = "other"; },
                    "gluster.service.other.peer.consul"},
        DnsAskedRow{"Query",
                    [](ServiceQuery& q) {
                      q.service.kind = ServiceKind::kPreparedQuery;
                      q.service.datacenter = "dc2";
                    },
                    "gluster.query.dc2.consul"},
        DnsAskedRow{"OtherDomain",
                    [](ServiceQuery& q) { q.domain = *Domain::parse("Corp.example."); },
                    "gluster.service.corp.example"},
        DnsAskedRow{"Nearest", [](ServiceQuery& q) { q.nearest_first = true; },
                    "gluster.service.consul"},
        DnsAskedRow{"SeveralTags", [](ServiceQuery& q) { q.tags = {"a", "b"}; }, nullptr},
        DnsAskedRow{"Filter", [](ServiceQuery& q) { q.filter = "a == b"; }, nullptr},
        DnsAskedRow{"QueryWithTag",
                    [](ServiceQuery& q) {
                      q.service.kind = ServiceKind::kPreparedQuery;
                      q.tags = {"g0"};
                    },
                    nullptr},
        DnsAskedRow{"BlankInTag", [](ServiceQuery& q) { q.tags = {"g 0"}; }, nullptr},
        DnsAskedRow{"LongTag", [](ServiceQuery& q) { q.tags = {std::string(64, 'a')}; }, nullptr},
        DnsAskedRow{"LongName",
                    [](ServiceQuery& q) {
                      const std::string label(60, 'a');
                      q.domain = *Domain::parse(fmt::format("{0}.{0}.{0}.{0}", label));
                    },
                    nullptr}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::consul
