#include "consul/service_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::HasSubstr;
using Kind = ServiceName::Kind;

struct Taken {
  const char* row;
  std::string name;
  ServiceName parsed;
};
std::ostream& operator<<(std::ostream& out, const Taken& row) {
  return out << row.row;
}

class TakenName : public ::testing::TestWithParam<Taken> {};

TEST_P(TakenName, IsTakenApart) {
  const auto parsed = parse_service_name(GetParam().name);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const auto& expected = GetParam().parsed;
  EXPECT_EQ(parsed->kind, expected.kind);
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
  return {Kind::kService,
          std::move(name),
          std::move(tag),
          std::move(datacenter),
          std::move(consul_namespace),
          std::move(partition),
          std::move(peer)};
}

ServiceName query(std::string name, std::string datacenter = "") {
  return {Kind::kPreparedQuery, std::move(name), "", std::move(datacenter), "", "", ""};
}

INSTANTIATE_TEST_SUITE_P(
    ServiceName, TakenName,
    ::testing::Values(
        Taken{"Bare", "gluster", service("gluster")},
        Taken{"BareWithDigitsAndHyphens", "gluster-4_b", service("gluster-4_b")},
        Taken{"Plain", "gluster.service.consul", service("gluster")},
        Taken{"TrailingDot", "gluster.service.consul.", service("gluster")},
        Taken{"CaseOfTheNameIsKept", "Gluster.SERVICE.Consul", service("Gluster")},
        Taken{"Tag", "g0.gluster.service.consul", service("gluster", "g0")},
        Taken{"TagWithADot", "v1.2.gluster.service.consul", service("gluster", "v1.2")},
        Taken{"Datacenter", "gluster.service.dc1.consul", service("gluster", "", "dc1")},
        Taken{"DatacenterWithItsWord", "gluster.service.dc1.dc.consul",
              service("gluster", "", "dc1")},
        Taken{"DatacenterThatIsNamedDc", "gluster.service.dc.consul", service("gluster", "", "dc")},
        Taken{"TagAndDatacenter", "g0.gluster.service.dc1.consul", service("gluster", "g0", "dc1")},
        Taken{"EveryLabel", "g0.gluster.service.team.ns.east.ap.dc1.dc.consul",
              service("gluster", "g0", "dc1", "team", "east")},
        Taken{"LabelsInAnyOrder", "gluster.service.dc1.east.ap.team.ns.consul",
              service("gluster", "", "dc1", "team", "east")},
        Taken{"Peer", "gluster.service.other.peer.consul",
              service("gluster", "", "", "", "", "other")},
        Taken{"Rfc2782", "_gluster._g0.service.consul", service("gluster", "g0")},
        Taken{"Rfc2782Tcp", "_gluster._tcp.service.dc1.consul", service("gluster", "", "dc1")},
        Taken{"AServiceNamedService", "service.service.consul", service("service")},
        Taken{"Query", "gq.query.consul", query("gq")},
        Taken{"QueryWithADot", "g.q.query.dc1.consul", query("g.q", "dc1")}),
    [](const auto& row) { return row.param.row; });

struct Refused {
  const char* row;
  std::string name;
  const char* said;
};
std::ostream& operator<<(std::ostream& out, const Refused& row) {
  return out << row.row;
}

class RefusedName : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedName, IsAUsageErrorThatSaysWhy) {
  const auto parsed = parse_service_name(GetParam().name);
  ASSERT_FALSE(parsed.has_value()) << parsed->name;
  EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", parsed.error()), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    ServiceName, RefusedName,
    ::testing::Values(
        Refused{"Empty", "", "mount -t glusterfs"},
        Refused{"AnotherDomain", "gl1.example.com", "mount -t glusterfs"},
        Refused{"TheDomainOnlyAsAnEnd", "gluster.service.notconsul", "consul-domain="},
        Refused{"TheDomainAlone", "consul.", "not below"},
        Refused{"Ipv4", "10.0.0.1", "mount -t glusterfs"},
        Refused{"Ipv6", "fe80::1", "mount -t glusterfs"},
        Refused{"Node", "gl1.node.consul", "neither a service nor a prepared query"},
        Refused{"NothingBeforeTheKind", "service.consul", "before its kind"},
        Refused{"EmptyLabel", "gluster..service.consul", "not the name of a Consul service"},
        Refused{"Slash", "../gluster.service.consul", "not the name of a Consul service"},
        Refused{"OptionLike", "--help", "not the name of a Consul service"},
        Refused{"ControlCharacter", "glu\x1bster", "glu\\x1bster"},
        Refused{"LongLabel", std::string(64, 'a'), "not the name of a Consul service"},
        Refused{"LongName", std::string(300, 'a') + ".service.consul",
                "not the name of a Consul service"},
        Refused{"TwoDatacenters", "gluster.service.dc1.dc2.consul", "twice"},
        Refused{"TwoPeers", "gluster.service.a.peer.b.peer.consul", "twice"},
        Refused{"Rfc2782WithoutAName", "_._tcp.service.consul", "empty service"},
        Refused{"Underscore", "_gluster.service.consul", "begins with '_'"},
        Refused{"Rfc2782WithUnderscores", "__a.__b.service.consul", "begins with '_'"},
        Refused{"BareUnderscore", "_gluster", "begins with '_'"}),
    [](const auto& row) { return row.param.row; });

TEST(ServiceNameDomain, MayBeAnotherAndHoldDots) {
  EXPECT_EQ(
      parse_service_name("gluster.service.corp.example", *Domain::parse("corp.example"))->name,
      "gluster");
  EXPECT_EQ(
      parse_service_name("gluster.service.corp.example", *Domain::parse("Corp.Example."))->name,
      "gluster");
  EXPECT_FALSE(
      parse_service_name("gluster.service.consul", *Domain::parse("corp.example")).has_value());
}

}  // namespace
}  // namespace glusterconsul::consul
