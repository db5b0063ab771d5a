#include "consul/service_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::HasSubstr;
using ServiceKind = ServiceName::Kind;

struct ValidNameRow {
  const char* row;
  std::string name;
  ServiceName parsed;
};
std::ostream& operator<<(std::ostream& out, const ValidNameRow& row) {
  return out << row.row;
}

class ValidName : public ::testing::TestWithParam<ValidNameRow> {};

TEST_P(ValidName, IsParsed) {
  const auto parsed = parse_service_name(GetParam().name);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const auto& expected = GetParam().parsed;
  EXPECT_EQ(parsed->kind, expected.kind);
  EXPECT_EQ(parsed->is_bare, GetParam().name.find('.') == std::string::npos);
  EXPECT_EQ(parsed->name, expected.name);
  EXPECT_EQ(parsed->tag, expected.tag);
  EXPECT_EQ(parsed->datacenter, expected.datacenter);
  EXPECT_EQ(parsed->consul_namespace, expected.consul_namespace);
  EXPECT_EQ(parsed->partition, expected.partition);
  EXPECT_EQ(parsed->peer, expected.peer);
}

ServiceName service(std::string name, std::string tag = "", std::string datacenter = "",
                    std::string consul_namespace = "", std::string partition = "",
                    std::string peer = "") {
  return {ServiceKind::kService,       std::move(name),      std::move(tag), std::move(datacenter),
          std::move(consul_namespace), std::move(partition), std::move(peer)};
}

ServiceName query(std::string name, std::string datacenter = "") {
  return {ServiceKind::kPreparedQuery, std::move(name), "", std::move(datacenter), "", "", ""};
}

INSTANTIATE_TEST_SUITE_P(
    ServiceName, ValidName,
    ::testing::Values(
        ValidNameRow{"Bare", "gluster", service("gluster")},
        ValidNameRow{"BareWithDigitsAndHyphens", "gluster-4_b", service("gluster-4_b")},
        ValidNameRow{"Plain", "gluster.service.consul", service("gluster")},
        ValidNameRow{"TrailingDot", "gluster.service.consul.", service("gluster")},
        ValidNameRow{"KeepsCaseOfName", "Gluster.SERVICE.Consul", service("Gluster")},
        ValidNameRow{"Tag", "g0.gluster.service.consul", service("gluster", "g0")},
        ValidNameRow{"TagWithDot", "v1.2.gluster.service.consul", service("gluster", "v1.2")},
        ValidNameRow{"Datacenter", "gluster.service.dc1.consul", service("gluster", "", "dc1")},
        ValidNameRow{"DatacenterWithDcLabel", "gluster.service.dc1.dc.consul",
                     service("gluster", "", "dc1")},
        ValidNameRow{"DatacenterNamedDc", "gluster.service.dc.consul",
                     service("gluster", "", "dc")},
        ValidNameRow{"TagAndDatacenter", "g0.gluster.service.dc1.consul",
                     service("gluster", "g0", "dc1")},
        ValidNameRow{"AllLabels", "g0.gluster.service.team.ns.east.ap.dc1.dc.consul",
                     service("gluster", "g0", "dc1", "team", "east")},
        ValidNameRow{"LabelsInAnyOrder", "gluster.service.dc1.east.ap.team.ns.consul",
                     service("gluster", "", "dc1", "team", "east")},
        ValidNameRow{"Peer", "gluster.service.other.peer.consul",
                     service("gluster", "", "", "", "", "other")},
        ValidNameRow{"Rfc2782", "_gluster._g0.service.consul", service("gluster", "g0")},
        ValidNameRow{"Rfc2782Tcp", "_gluster._tcp.service.dc1.consul",
                     service("gluster", "", "dc1")},
        ValidNameRow{"Rfc2782WithoutKind", "_gluster._tcp.consul", service("gluster")},
        ValidNameRow{"Rfc2782TagWithoutKind", "_gluster._g0.consul", service("gluster", "g0")},
        ValidNameRow{"Rfc2782WithoutKindInDatacenter", "_gluster._tcp.dc1.consul",
                     service("gluster", "", "dc1")},
        ValidNameRow{"Rfc2782WithoutKindWithLabels", "_gluster._tcp.team.ns.dc1.dc.consul",
                     service("gluster", "", "dc1", "team")},
        ValidNameRow{"Rfc2782Query", "_gq._tcp.query.consul", query("gq")},
        ValidNameRow{"Rfc2782QueryIgnoresProtocol", "_gq._ssd.query.dc1.consul",
                     query("gq", "dc1")},
        ValidNameRow{"ServiceNamedService", "service.service.consul", service("service")},
        ValidNameRow{"Query", "gq.query.consul", query("gq")},
        ValidNameRow{"QueryWithDot", "g.q.query.dc1.consul", query("g.q", "dc1")}),
    [](const auto& row) { return row.param.row; });

struct InvalidNameRow {
  const char* row;
  std::string name;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const InvalidNameRow& row) {
  return out << row.row;
}

class InvalidName : public ::testing::TestWithParam<InvalidNameRow> {};

TEST_P(InvalidName, IsRejectedWithReason) {
  const auto parsed = parse_service_name(GetParam().name);
  ASSERT_FALSE(parsed.has_value()) << parsed->name;
  EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", parsed.error()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    ServiceName, InvalidName,
    ::testing::Values(
        InvalidNameRow{"Empty", "", "mount -t glusterfs"},
        InvalidNameRow{"OtherDomain", "gl1.example.com", "mount -t glusterfs"},
        InvalidNameRow{"DomainWithinLabel", "gluster.service.notconsul", "consul-domain="},
        InvalidNameRow{"DomainOnly", "consul.", "not below"},
        InvalidNameRow{"Ipv4", "10.0.0.1", "mount -t glusterfs"},
        InvalidNameRow{"Ipv6", "fe80::1", "mount -t glusterfs"},
        InvalidNameRow{"Node", "gl1.node.consul", "neither a Consul service nor a prepared query"},
        InvalidNameRow{"NothingBeforeKind", "service.consul", "no name before 'service'"},
        InvalidNameRow{"EmptyLabel", "gluster..service.consul", "not the name of a Consul service"},
        InvalidNameRow{"Slash", "../gluster.service.consul", "not the name of a Consul service"},
        InvalidNameRow{"OptionLike", "--help", "not the name of a Consul service"},
        InvalidNameRow{"ControlCharacter", "glu\x1bster", "glu\\x1bster"},
        InvalidNameRow{"LongLabel", std::string(64, 'a'), "not the name of a Consul service"},
        InvalidNameRow{"LongName", std::string(300, 'a') + ".service.consul",
                       "not the name of a Consul service"},
        InvalidNameRow{"TwoDatacenters", "gluster.service.dc1.dc2.consul", "twice"},
        InvalidNameRow{"TwoPeers", "gluster.service.a.peer.b.peer.consul", "twice"},
        InvalidNameRow{"Rfc2782WithoutName", "_._tcp.service.consul", "empty service"},
        InvalidNameRow{"OneUnderscoreWithoutKind", "_gluster.consul", "begins with '_'"},
        InvalidNameRow{"ThreeUnderscoresWithoutKind", "_a._b._c.consul", "begins with '_'"},
        InvalidNameRow{"Rfc2782QueryWithoutName", "_._tcp.query.consul", "empty service"},
        InvalidNameRow{"QueryUnderscore", "_gq.query.consul", "begins with '_'"},
        InvalidNameRow{"Underscore", "_gluster.service.consul", "begins with '_'"},
        InvalidNameRow{"Rfc2782WithUnderscores", "__a.__b.service.consul", "begins with '_'"},
        InvalidNameRow{"BareUnderscore", "_gluster", "begins with '_'"}),
    [](const auto& row) { return row.param.row; });

TEST(ServiceNameDomain, AcceptsOtherDomainWithDots) {
  EXPECT_EQ(
      parse_service_name("gluster.service.corp.example", *Domain::parse("corp.example"))->name,
      "gluster");
  EXPECT_EQ(
      parse_service_name("gluster.service.corp.example", *Domain::parse(".corp.example"))->name,
      "gluster");
  EXPECT_EQ(
      parse_service_name("gluster.service.corp.example", *Domain::parse("Corp.Example."))->name,
      "gluster");
  EXPECT_FALSE(
      parse_service_name("gluster.service.consul", *Domain::parse("corp.example")).has_value());
}

}  // namespace
}  // namespace glusterconsul::consul
