#include "consul/dns_reply.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "consul/dns_instances.hpp"
#include "fuzz/consul/ares_reply.hpp"
#include "loopback/consul/dns_message.hpp"
#include "loopback/consul/gluster_lookup.hpp"

namespace glusterconsul::consul {

void PrintTo(const SrvRecord& record, std::ostream* out) {
  *out << record.target << ":" << record.port << " weight " << record.weight;
}

namespace {

using loopback::Bytes;
using loopback::DnsMessage;
using loopback::RecordType;
using loopback::Section;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Parses a reply that c-ares may parse differently; see UnlikeAres in dns_ares_test.cpp.
DnsReply parsed_unlike_ares(std::span<const std::uint8_t> message) {
  auto reply = parse_dns_reply(message, kName);
  EXPECT_TRUE(reply.has_value()) << reply.error().message;
  return reply.value_or(DnsReply{});
}

DnsReply parsed(const DnsMessage& message) {
  EXPECT_EQ(oracle::difference_from_ares(message.bytes()), "");
  return parsed_unlike_ares(message.bytes());
}

LookupResult answer_of(const DnsReply& reply) {
  return instances_of(reply.services, reply.addresses, Domain(), kFallback);
}

TEST(DnsReply, KeepsOrderAndWeights) {
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

TEST(DnsReply, ParsesAddressInTargetName) {
  EXPECT_EQ(address_in_name("0a4d0001.addr.dc1.consul")->text(), "10.77.0.1");
  EXPECT_EQ(address_in_name("20010DB8000000000000000000000004.addr.dc1.consul")->text(),
            "2001:db8::4");
  for (const char* other :
       {"0a4d0001.node.dc1.consul", "0a4d000.addr.dc1.consul", "0a4d000g.addr.dc1.consul",
        "0a4d00011.addr.dc1.consul", "0a4d0001", "0a4d0001.addr", "", "."}) {
    EXPECT_EQ(address_in_name(other), std::nullopt) << other;
  }
}

TEST(DnsReply, ReturnsAllAddressesOfTargetIpv4First) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "s1.node.dc1.consul")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "2001:db8::1")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.1.0.1")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1"));
  EXPECT_THAT(places_of(answer_of(reply)),
              ElementsAre("10.0.0.1:24007", "10.1.0.1:24007", "[2001:db8::1]:24007"));
}

/// The reply of Consul 1.19.0 for a service with three instances.
TEST(DnsReply, ReturnsAllServersOfSharedTarget) {
  const char* target = "gluster.service.dc1.consul";
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, target)
                                .srv(kName, 1, 24007, target)
                                .srv(kName, 1, 24007, target)
                                .address(Section::kAdditional, target, "10.0.0.1")
                                .address(Section::kAdditional, target, "10.0.0.2")
                                .address(Section::kAdditional, target, "10.0.0.3"));
  const auto answer = answer_of(reply);
  EXPECT_THAT(places_of(answer), ElementsAre("10.0.0.1:24007", "10.0.0.2:24007", "10.0.0.3:24007"));
  EXPECT_EQ(answer.skipped, 0U);
}

TEST(DnsReply, PairsEachPortOfSharedTargetWithEachAddress) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "s1.node.dc1.consul")
                                .srv(kName, 1, 24008, "s1.node.dc1.consul")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1")
                                .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.2"));
  EXPECT_THAT(places_of(answer_of(reply)),
              ElementsAre("10.0.0.1:24007", "10.0.0.2:24007", "10.0.0.1:24008", "10.0.0.2:24008"));
}

TEST(DnsReply, LimitsPairsOfPortsAndAddresses) {
  std::vector<SrvRecord> services;
  std::vector<AddressRecord> addresses;
  for (int i = 1; i <= 2000; ++i) {
    services.push_back({"t.node.dc1.consul", static_cast<Port>(i), 1});
    const auto text = fmt::format("10.0.{}.{}", i / 250, i % 250);
    addresses.push_back({"t.node.dc1.consul", *IpAddress::parse(text)});
  }
  const auto answer = instances_of(services, addresses, Domain(), kFallback);
  EXPECT_EQ(answer.instances.size(), 10'000U);
  EXPECT_EQ(answer.skipped, 1U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("only the first 10000 addresses"));
}

TEST(DnsReply, PortZeroUsesFallback) {
  const auto reply = parsed(DnsMessage(kName).srv(kName, 1, 0, "0a000001.addr.dc1.consul"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, KeepsTargetOutsideDomainAsHostName) {
  const auto reply = parsed(DnsMessage(kName).srv(kName, 1, 24007, "gl1.example.com"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("gl1.example.com:24007"));
  EXPECT_THAT(targets_without_address(reply.services, reply.addresses, Domain()), IsEmpty());
}

TEST(DnsReply, ListsTargetWithoutAddressOnce) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "s1.node.dc1.consul")
                                .srv(kName, 1, 24009, "s1.node.dc1.consul")
                                .srv(kName, 1, 24007, "0a000001.addr.dc1.consul"));
  EXPECT_THAT(targets_without_address(reply.services, reply.addresses, *Domain::parse("Consul.")),
              ElementsAre("s1.node.dc1.consul"));
  const auto answer = answer_of(reply);
  EXPECT_EQ(answer.skipped, 2U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("'s1.node.dc1.consul' has no address"));
}

TEST(DnsReply, SkipsTargetThatIsNotHostName) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "--evil")
                                .srv(kName, 1, 24007, "\x1b[2J.example")
                                .srv(kName, 1, 24007, "gl1.example"));
  const auto answer = answer_of(reply);
  EXPECT_THAT(places_of(answer), ElementsAre("gl1.example:24007"));
  EXPECT_EQ(answer.skipped, 2U);
}

TEST(DnsReply, IgnoresServicesOfOtherName) {
  const auto reply =
      parsed_unlike_ares(DnsMessage(kName)
                             .srv("other.service.consul", 1, 24007, "0a000009.addr.dc1.consul")
                             .srv(kName, 1, 24007, "0a000001.addr.dc1.consul")
                             .bytes());
  EXPECT_THAT(reply.services, ElementsAre(SrvRecord{"0a000001.addr.dc1.consul", 24007, 1}));
}

TEST(DnsReply, IgnoresOtherTypesAndAuthoritySection) {
  const auto reply =
      parsed(DnsMessage(kName)
                 .record(Section::kAnswer, kName, RecordType::kTxt, {3, 'a', 'b', 'c'})
                 .srv(kName, 1, 24007, "s1.node.dc1.consul")
                 .record(Section::kAuthority, "consul", RecordType::kNs,
                         loopback::encoded_name("ns.consul"))
                 .address(Section::kAuthority, "s1.node.dc1.consul", "10.0.0.66")
                 .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1"));
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, UsesAddressesOfQueriedNameOnly) {
  const auto reply = parsed(DnsMessage(kName, RecordType::kA)
                                .cname(kName, "gl.example")
                                .cname("gl.example", "gl1.example")
                                .address(Section::kAnswer, "gl1.example", "10.0.0.1")
                                .address(Section::kAnswer, "forged.example", "10.0.0.66"));
  EXPECT_THAT(places_of(instances_of_addresses(reply, kFallback)), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsReply, StopsAtAliasLoop) {
  const auto reply =
      parsed(DnsMessage(kName, RecordType::kA).cname(kName, "a.example").cname("a.example", kName));
  EXPECT_THAT(instances_of_addresses(reply, kFallback).instances, IsEmpty());
}

TEST(DnsReply, KeepsCodeAndTruncation) {
  EXPECT_EQ(parsed(DnsMessage(kName).code(3)).code, 3U);
  EXPECT_FALSE(parsed(DnsMessage(kName)).cut_short);
  auto message = DnsMessage(kName).truncated().srv(kName, 1, 24007, "0a000001.addr.dc1.consul");
  message.srv(kName, 1, 24007, "0a000002.addr.dc1.consul");
  const auto broken_off = std::span(message.bytes()).first(message.bytes().size() - 5);
  const auto reply = parse_dns_reply(broken_off, kName);
  ASSERT_TRUE(reply.has_value());
  EXPECT_TRUE(reply->cut_short);
  EXPECT_EQ(reply->services.size(), 1U);
  EXPECT_EQ(reply->skipped, 0U);
}

TEST(DnsReply, RejectsReplyToOtherQuestion) {
  const auto reply = parse_dns_reply(DnsMessage("other.service.consul").bytes(), kName);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
}

TEST(DnsReply, RejectsTruncatedQuestion) {
  const auto question = DnsMessage(kName).bytes();
  for (std::size_t length = 0; length < question.size(); ++length) {
    const auto reply = parse_dns_reply(std::span(question).first(length), kName);
    ASSERT_FALSE(reply.has_value()) << length;
    EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
  }
}

TEST(DnsReply, KeepsRecordsBeforeTruncatedOne) {
  DnsMessage message(kName);
  std::vector<std::size_t> ends = {message.bytes().size()};
  for (const char* target : {"0a000001.addr.dc1.consul", "0a000002.addr.dc1.consul"}) {
    ends.push_back(message.srv(kName, 1, 24007, target).bytes().size());
  }
  for (std::size_t length = ends.front(); length < ends.back(); ++length) {
    const auto whole = std::span(message.bytes()).first(length);
    const auto reply = parsed_unlike_ares(whole);
    EXPECT_TRUE(reply.cut_short) << length;
    EXPECT_EQ(reply.services.size(), length < ends[1] ? 0U : 1U) << length;
    EXPECT_EQ(oracle::difference_from_ares(whole), "") << length;
  }
  EXPECT_FALSE(parsed(message).cut_short);
}

TEST(DnsReply, RejectsMessageLargerThanMaximum) {
  const auto reply = parse_dns_reply(Bytes(70'000), kName);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
}

TEST(DnsReply, EscapesAnyByteInNames) {
  const std::string odd("\0.\x80 a\\b", 7);
  Bytes target = {static_cast<std::uint8_t>(odd.size())};
  target.insert(target.end(), odd.begin(), odd.end());
  for (const char c : {'\1', '\0', '\4', 'e', 'V', 'i', 'l', '\0'}) {
    target.push_back(static_cast<std::uint8_t>(c));
  }
  Bytes data = {0, 1, 0, 1, 0, 1};
  data.insert(data.end(), target.begin(), target.end());
  const auto reply = parsed_unlike_ares(DnsMessage(kName)
                                            .record(Section::kAnswer, kName, RecordType::kSrv, data)
                                            .srv(kName, 1, 24007, "gl1.example")
                                            .bytes());
  EXPECT_THAT(reply.services, ElementsAre(SrvRecord{R"(\000\.\128 a\\b.\000.evil)", 1, 1},
                                          SrvRecord{"gl1.example", 24007, 1}));
  EXPECT_EQ(answer_of(reply).skipped, 1U);
}

/// A malformed record among good ones: the bytes of its name and of its data.
struct MalformedRecord {
  const char* row;
  Bytes owner;
  RecordType type;
  Bytes data;
  const char* reason;
};
std::ostream& operator<<(std::ostream& out, const MalformedRecord& row) {
  return out << row.row;
}

class MalformedDnsRecord : public ::testing::TestWithParam<MalformedRecord> {};

TEST_P(MalformedDnsRecord, IsSkippedAndCounted) {
  const auto& row = GetParam();
  const auto reply =
      parsed_unlike_ares(DnsMessage(kName)
                             .srv(kName, 1, 24007, "s1.node.dc1.consul")
                             .raw_record(Section::kAnswer, row.owner, row.type, row.data)
                             .srv(kName, 1, 24007, "0a000002.addr.dc1.consul")
                             .raw_record(Section::kAdditional, row.owner, row.type, row.data)
                             .address(Section::kAdditional, "s1.node.dc1.consul", "10.0.0.1")
                             .bytes());
  EXPECT_THAT(places_of(answer_of(reply)), ElementsAre("10.0.0.1:24007", "10.0.0.2:24007"));
  EXPECT_EQ(reply.skipped, 2U);
  EXPECT_THAT(reply.first_skipped, HasSubstr(row.reason));
  EXPECT_FALSE(reply.cut_short);
}

Bytes joined(const Bytes& a, const Bytes& b) {
  Bytes bytes = a;
  bytes.insert(bytes.end(), b.begin(), b.end());
  return bytes;
}

/// A name whose labels take up `size` bytes, including the root label.
Bytes name_of_size(std::size_t size) {
  Bytes name;
  while (name.size() + 1 < size) {
    const auto label = std::min<std::size_t>(63, size - name.size() - 2);
    name.push_back(static_cast<std::uint8_t>(label));
    name.insert(name.end(), label, 'a');
  }
  name.push_back(0);
  return name;
}

const Bytes kOwner = loopback::encoded_name(kName);
const Bytes kSrvFixed = {0, 1, 0, 1, 0, 1};  // priority, weight, port

INSTANTIATE_TEST_SUITE_P(
    DnsReply, MalformedDnsRecord,
    ::testing::Values(
        MalformedRecord{"ServiceWithoutTarget", kOwner, RecordType::kSrv, kSrvFixed,
                        "a record of type SRV of 'gluster.service.consul' is malformed"},
        MalformedRecord{"EmptyService", kOwner, RecordType::kSrv, {}, "of type SRV of"},
        MalformedRecord{"BytesAfterTarget", kOwner, RecordType::kSrv,
                        joined(kSrvFixed, {1, 'a', 0, 9}), "of type SRV of"},
        MalformedRecord{"UnterminatedTarget", kOwner, RecordType::kSrv,
                        joined(kSrvFixed, {3, 'a', 'b', 'c'}), "of type SRV of"},
        MalformedRecord{"TargetWithReservedLabel", kOwner, RecordType::kSrv,
                        joined(kSrvFixed, {0x40, 'a', 0}), "of type SRV of"},
        MalformedRecord{"TargetWithForwardPointer", kOwner, RecordType::kSrv,
                        joined(kSrvFixed, {0xFF, 0xFF}), "of type SRV of"},
        MalformedRecord{"TargetAbove255Bytes", kOwner, RecordType::kSrv,
                        joined(kSrvFixed, name_of_size(256)), "of type SRV of"},
        MalformedRecord{"ShortAddress", kOwner, RecordType::kA, {10, 0}, "of type A of"},
        MalformedRecord{"LongAddress", kOwner, RecordType::kAaaa, Bytes(17), "of type AAAA of"},
        MalformedRecord{"EmptyAlias", kOwner, RecordType::kCname, {}, "of type CNAME of"},
        MalformedRecord{
            "BytesAfterAlias", kOwner, RecordType::kCname, {1, 'a', 0, 9}, "of type CNAME of"},
        MalformedRecord{"OwnerWithForwardPointer",
                        {0xFF, 0xFF},
                        RecordType::kA,
                        {10, 0, 0, 1},
                        "the name of a record of type A is malformed"},
        MalformedRecord{"OwnerAbove255Bytes",
                        name_of_size(256),
                        RecordType::kA,
                        {10, 0, 0, 1},
                        "the name of a record of type A"}),
    [](const auto& row) { return row.param.row; });

TEST(DnsReply, StopsAtPointerLoop) {
  const auto here = static_cast<std::uint8_t>(DnsMessage(kName).bytes().size());
  for (const Bytes& owner : {Bytes{0xC0, here}, Bytes{1, 'a', 0xC0, here}}) {
    const auto reply = parsed_unlike_ares(
        DnsMessage(kName).raw_record(Section::kAnswer, owner, RecordType::kA, Bytes(4)).bytes());
    EXPECT_EQ(reply.skipped, 1U);
    EXPECT_THAT(reply.addresses, IsEmpty());
  }
}

TEST(DnsReply, AcceptsNameOf255Bytes) {
  const auto reply = parsed(DnsMessage(kName).record(Section::kAnswer, kName, RecordType::kSrv,
                                                     joined(kSrvFixed, name_of_size(255))));
  ASSERT_EQ(reply.services.size(), 1U);
  EXPECT_EQ(reply.services[0].target.size(), 253U);
}

TEST(DnsReply, AcceptsCompressedTarget) {
  constexpr std::uint8_t kQuestionAt = 12;
  const auto reply =
      parsed(DnsMessage(kName).record(Section::kAnswer, kName, RecordType::kSrv,
                                      joined(kSrvFixed, {3, 'g', 'l', '1', 0xC0, kQuestionAt})));
  EXPECT_THAT(reply.services, ElementsAre(SrvRecord{"gl1.gluster.service.consul", 1, 1}));
}

TEST(DnsReply, DoesNotCountIgnoredMalformedRecords) {
  const auto reply =
      parsed_unlike_ares(DnsMessage(kName)
                             .record(Section::kAnswer, kName, RecordType::kTxt, {9, 'a'})
                             .record(Section::kAnswer, "other.consul", RecordType::kSrv, {1})
                             .srv(kName, 1, 24007, "0a000001.addr.dc1.consul")
                             .record(Section::kAuthority, kName, RecordType::kSrv, {1})
                             .bytes());
  EXPECT_EQ(reply.services.size(), 1U);
  EXPECT_EQ(reply.skipped, 0U);
}

TEST(DnsReply, CountsSkippedAddresses) {
  const auto answer = instances_of_addresses(
      parsed_unlike_ares(DnsMessage(kName, RecordType::kA)
                             .record(Section::kAnswer, kName, RecordType::kA, {10, 0, 0})
                             .address(Section::kAnswer, kName, "10.0.0.2")
                             .bytes()),
      kFallback);
  EXPECT_THAT(places_of(answer), ElementsAre("10.0.0.2:24007"));
  EXPECT_EQ(answer.skipped, 1U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("of type A of"));
}

TEST(DnsReply, DoesNotResolveInvalidTarget) {
  const auto reply = parsed(DnsMessage(kName)
                                .srv(kName, 1, 24007, "a b.node.dc1.consul")
                                .srv(kName, 1, 24007, "\x1b[2J.node.dc1.consul")
                                .srv(kName, 1, 24007, "s1.node.dc1.consul"));
  EXPECT_THAT(targets_without_address(reply.services, reply.addresses, Domain()),
              ElementsAre("s1.node.dc1.consul"));
}

}  // namespace
}  // namespace glusterconsul::consul
