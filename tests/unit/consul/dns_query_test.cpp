#include "consul/dns_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "loopback/consul/dns_message.hpp"
#include "loopback/consul/gluster_lookup.hpp"

namespace glusterconsul::consul {
namespace {

using loopback::Bytes;
using loopback::DnsMessage;
using loopback::RecordType;
using ::testing::ElementsAreArray;

// Recorded from c-ares 1.18; newer versions must produce the same bytes.
TEST(DnsQuery, IsSameWithEveryCaresVersion) {
  const auto query = encode_query("gluster.service.consul", DnsType::kSrv, 0x1267);
  ASSERT_TRUE(query.has_value()) << query.error().message;
  EXPECT_THAT(*query, ElementsAreArray(Bytes{0x12, 0x67, 0x01, 0x00, 0,   1,   0,   0,   0,   0,
                                             0,    0,    7,    'g',  'l', 'u', 's', 't', 'e', 'r',
                                             7,    's',  'e',  'r',  'v', 'i', 'c', 'e', 6,   'c',
                                             'o',  'n',  's',  'u',  'l', 0,   0,   33,  0,   1}));
}

TEST(DnsQuery, KeepsCaseAndSetsType) {
  const auto query = encode_query("S1.node_a.dc1", DnsType::kAaaa, 0);
  ASSERT_TRUE(query.has_value()) << query.error().message;
  EXPECT_THAT(*query, ElementsAreArray(Bytes{0, 0,   1,   0,   0, 1,   0,   0,   0,   0,   0,
                                             0, 2,   'S', '1', 6, 'n', 'o', 'd', 'e', '_', 'a',
                                             3, 'd', 'c', '1', 0, 0,   28,  0,   1}));
}

TEST(DnsQuery, RejectsInvalidDnsName) {
  const std::string label(63, 'a');
  for (const std::string& name :
       {std::string(), std::string("."), std::string("a..consul"), std::string(R"(a\.b.consul)"),
        std::string(R"(\027.consul)"), std::string("a b.consul"), label + "a.consul",
        label + "." + label + "." + label + "." + label}) {
    const auto query = encode_query(name, DnsType::kA, 1);
    ASSERT_FALSE(query.has_value()) << name;
    EXPECT_EQ(query.error().code, ErrorCode::kRejected);
  }
  EXPECT_TRUE(
      encode_query(label + "." + label + "." + label + "." + std::string(61, 'a'), DnsType::kA, 1)
          .has_value());
}

struct Received {
  const char* row;
  Bytes message;
  bool is_reply;
};
std::ostream& operator<<(std::ostream& out, const Received& row) {
  return out << row.row;
}

class ReceivedMessage : public ::testing::TestWithParam<Received> {};

TEST_P(ReceivedMessage, IsMatchedToQuery) {
  const auto query = encode_query(kName, DnsType::kSrv, 7);
  EXPECT_EQ(is_reply_to(*query, GetParam().message), GetParam().is_reply);
}

Bytes with_byte(std::size_t at, std::uint8_t value) {
  auto bytes = DnsMessage(kName, RecordType::kSrv, 7).bytes();
  bytes[at] = value;
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    DnsQuery, ReceivedMessage,
    ::testing::Values(
        Received{"Same", DnsMessage(kName, RecordType::kSrv, 7).bytes(), true},
        Received{"OtherCase", DnsMessage("Gluster.SERVICE.consul", RecordType::kSrv, 7).bytes(),
                 true},
        Received{"WithRecordsAndCode",
                 DnsMessage(kName, RecordType::kSrv, 7).code(3).srv(kName, 1, 1, "a").bytes(),
                 true},
        Received{"Truncated", DnsMessage(kName, RecordType::kSrv, 7).truncated().bytes(), true},
        Received{"OtherId", DnsMessage(kName, RecordType::kSrv, 8).bytes(), false},
        Received{"OtherHighByteOfId", DnsMessage(kName, RecordType::kSrv, 0x0107).bytes(), false},
        Received{"OtherType", DnsMessage(kName, RecordType::kA, 7).bytes(), false},
        Received{"OtherName", DnsMessage("glusteR.servicf.consul", RecordType::kSrv, 7).bytes(),
                 false},
        Received{"LongerName",
                 DnsMessage("gluster.service.consul.example", RecordType::kSrv, 7).bytes(), false},
        Received{"OurOwnQuery", *encode_query(kName, DnsType::kSrv, 7), false},
        Received{"OtherOpcode", with_byte(2, 0xA4), false},
        Received{"NoQuestion", with_byte(5, 0), false},
        Received{"TwoQuestions", with_byte(5, 2), false}, Received{"Empty", {}, false},
        Received{"OnlyHeader", {0, 7, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0}, false}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::consul
