#include "consul/dns_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "fakes/consul/dns_message.hpp"

namespace glusterconsul::consul {

void PrintTo(const SrvRecord& record, std::ostream* out) {
  *out << record.target << ":" << record.port << " weight " << record.weight;
}

namespace {

using fakes::Bytes;
using fakes::DnsMessage;
using fakes::RecordType;
using fakes::Section;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kName = "gluster.service.consul";
constexpr Port kFallback = 24007;

DnsReply parsed(const DnsMessage& message) {
  auto reply = parse_dns_reply(message.bytes(), kName);
  EXPECT_TRUE(reply.has_value()) << reply.error().message;
  return reply.value_or(DnsReply{});
}

Answer answer_of(const DnsReply& reply) {
  return instances_of(reply.services, reply.addresses, "consul", kFallback);
}

std::vector<std::string> places_of(const Answer& answer) {
  std::vector<std::string> places;
  for (const auto& instance : answer.instances) {
    places.push_back(to_string(Endpoint{instance.host, instance.port}));
  }
  return places;
}

TEST(DnsReply, GivesTheInstancesInTheirOrderWithTheirWeights) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 5, 24008, "s2.node.dc1.consul")
                                .srv(kName, 0, 24007, "S1.node.dc1.consul")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1")
                                .address(Section::kAdditional, "s2.NODE.dc1.consul", "10.0.0.2"));
  const auto answer = answer_of(reply);
  EXPECT_THAT(places_of(answer), ElementsAre("10.0.0.2:24008", "10.0.0.1:24007"));
  EXPECT_EQ(answer.instances[0].weight, 5U);
  EXPECT_EQ(answer.instances[1].weight, 1U);
  EXPECT_EQ(answer.instances[0].node, "s2");
  EXPECT_EQ(answer.instances[0].datacenter, "dc1");
  EXPECT_FALSE(answer.knows_health);
  EXPECT_EQ(answer.skipped, 0U);
}

TEST(DnsReply, ReadsTheAddressInATargetsName) {
  EXPECT_EQ(address_in_name("0a4d0001.addr.dc1.consul")->text(), "10.77.0.1");
  EXPECT_EQ(address_in_name("20010DB8000000000000000000000004.addr.dc1.consul")->text(),
            "2001:db8::4");
  for (const char* other :
       {"0a4d0001.node.dc1.consul", "0a4d000.addr.dc1.consul", "0a4d000g.addr.dc1.consul",
        "0a4d00011.addr.dc1.consul", "0a4d0001", "0a4d0001.addr", "", "."}) {
    EXPECT_EQ(address_in_name(other), std::nullopt) << other;
  }
}

TEST(DnsReply, AnIpv4AddressIsTakenBeforeAnIpv6OfTheSameTarget) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "s1.node.dc1.consul")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "2001:db8::1")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, PortZeroMeansTheFallback) {
  const auto reply = parsed(DnsMessage(kName).srv(kName, 1, 0, "0a000001.addr.dc1.consul"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, ATargetOutsideOfTheDomainStaysAHostName) {
  const auto reply = parsed(DnsMessage(kName).srv(kName, 1, 24007, "gl1.example.com"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("gl1.example.com:24007"));
  EXPECT_THAT(targets_without_address(reply.services, reply.addresses, "consul"), IsEmpty());
}

TEST(DnsReply, ATargetWithoutAnAddressIsToBeAskedForOnce) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "s1.node.dc1.consul")
                                .srv(kName, 1, 24009, "s1.node.dc1.consul")
                                .srv(kName, 1, 24007, "0a000001.addr.dc1.consul"));
  EXPECT_THAT(targets_without_address(reply.services, reply.addresses, "Consul."),
              ElementsAre("s1.node.dc1.consul"));
  const auto answer = answer_of(reply);
  EXPECT_EQ(answer.skipped, 2U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("'s1.node.dc1.consul' has no address"));
}

TEST(DnsReply, ATargetThatIsNoHostNameIsSkippedAndShownWithoutItsControls) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "--evil")
                                .srv(kName, 1, 24007, "\x1b[2J.example")
                                .srv(kName, 1, 24007, "gl1.example"));
  const auto answer = answer_of(reply);
  EXPECT_THAT(places_of(answer), ElementsAre("gl1.example:24007"));
  EXPECT_EQ(answer.skipped, 2U);
}

TEST(DnsReply, ServicesOfAnotherNameAreForgedAndPassedOver) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv("other.service.consul", 1, 24007, "0a000009.addr.dc1.consul")
                                .srv(kName, 1, 24007, "0a000001.addr.dc1.consul"));
  EXPECT_THAT(reply.services, ElementsAre(SrvRecord{"0a000001.addr.dc1.consul", 24007, 1}));
}

TEST(DnsReply, OtherTypesAndTheAuthoritySectionArePassedOver) {
  const auto reply = parsed(
      DnsMessage(kName)
          .record(Section::kAnswer, kName, RecordType::kTxt, {3, 'a', 'b', 'c'})
          .srv(kName, 1, 24007, "s1.node.dc1.consul")
          .record(Section::kAuthority, "consul", RecordType::kNs, fakes::encoded_name("ns.consul"))
          .address(Section::kAuthority, "s1.node.dc1.consul", "10.0.0.66")
          .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, AddressesOfTheAskedNameServeWithoutServices) {
  const auto reply = parsed(DnsMessage(kName, RecordType::kA)
                                .cname(kName, "gl.example")
                                .cname("gl.example", "gl1.example")
                                .address(Section::kAnswer, "gl1.example", "10.0.0.1")
                                .address(Section::kAnswer, "forged.example", "10.0.0.66"));
  EXPECT_THAT(places_of(instances_of_addresses(reply, kFallback)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, ALoopOfAliasesEnds) {
  const auto reply =
      parsed(DnsMessage(kName, RecordType::kA).cname(kName, "a.example").cname("a.example", kName));
  EXPECT_THAT(instances_of_addresses(reply, kFallback).instances, IsEmpty());
}

TEST(DnsReply, KeepsTheCodeAndTheTruncation) {
  EXPECT_EQ(parsed(DnsMessage(kName).code(3)).code, 3U);
  EXPECT_FALSE(parsed(DnsMessage(kName)).cut_short);
  auto message = DnsMessage(kName).truncated().srv(kName, 1, 24007, "0a000001.addr.dc1.consul");
  message.srv(kName, 1, 24007, "0a000002.addr.dc1.consul");
  const auto broken_off = std::span(message.bytes()).first(message.bytes().size() - 5);
  const auto reply = parse_dns_reply(broken_off, kName);
  ASSERT_TRUE(reply.has_value());
  EXPECT_TRUE(reply->cut_short);
  EXPECT_EQ(reply->services.size(), 1U);
}

TEST(DnsReply, IsNoneWhereItAnswersAnotherQuestion) {
  const auto reply = parse_dns_reply(DnsMessage("other.service.consul").bytes(), kName);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
}

TEST(DnsReply, BrokenOffAnywhereIsABadReply) {
  const auto message = DnsMessage(kName)
                           .srv(kName, 1, 24007, "s1.node.dc1.consul")
                           .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1");
  for (std::size_t length = 0; length < message.bytes().size(); ++length) {
    const auto reply = parse_dns_reply(std::span(message.bytes()).first(length), kName);
    ASSERT_FALSE(reply.has_value()) << length;
    EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
  }
}

struct Broken {
  const char* row;
  Bytes message;
};
std::ostream& operator<<(std::ostream& out, const Broken& row) {
  return out << row.row;
}

class BrokenDnsReply : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenDnsReply, IsABadReply) {
  const auto reply = parse_dns_reply(GetParam().message, kName);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
}

Bytes with_own_pointer() {
  auto bytes = DnsMessage(kName).bytes();
  bytes[7] = 1;  // one answer
  const auto here = static_cast<std::uint8_t>(bytes.size());
  for (const std::uint8_t byte : Bytes{0xC0, here, 0, 33, 0, 1, 0, 0, 0, 0, 0, 0}) {
    bytes.push_back(byte);
  }
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    DnsReply, BrokenDnsReply,
    ::testing::Values(
        Broken{"ShortService",
               DnsMessage(kName)
                   .record(Section::kAnswer, kName, RecordType::kSrv, {0, 1, 0, 1, 0, 1})
                   .bytes()},
        Broken{"BytesBehindTheTarget", DnsMessage(kName)
                                           .record(Section::kAnswer, kName, RecordType::kSrv,
                                                   {0, 1, 0, 1, 0, 1, 1, 'a', 0, 9})
                                           .bytes()},
        Broken{
            "ShortAddress",
            DnsMessage(kName).record(Section::kAdditional, kName, RecordType::kA, {10, 0}).bytes()},
        Broken{"LongAddress", DnsMessage(kName)
                                  .record(Section::kAdditional, kName, RecordType::kAaaa, Bytes(17))
                                  .bytes()},
        Broken{"PointerToItself", with_own_pointer()}, Broken{"TooLarge", Bytes(70'000)}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::consul
