// Checks that parse_dns_reply() agrees with the parser of every version of c-ares.
// dns_reply_test.cpp does the same for the replies that it builds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>

#include "consul/dns_instances.hpp"
#include "consul/dns_reply.hpp"
#include "fuzz/consul/ares_reply.hpp"
#include "loopback/consul/dns_message.hpp"
#include "loopback/consul/gluster_lookup.hpp"

namespace glusterconsul::consul {
namespace {

using loopback::Bytes;
using loopback::DnsMessage;
using loopback::RecordType;
using loopback::Section;
using oracle::difference_from_ares;
using oracle::parse_with_ares;

Bytes bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
  return {content.begin(), content.end()};
}

TEST(DnsAndAres, AgreeOnCorpus) {
  std::size_t accepted = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(GLUSTERCONSUL_PROJECT "/tests/fuzz/corpus/dns_reply")) {
    // Inputs found by fuzzing are compared by the fuzz target instead, except those with a
    // malformed record.
    if (entry.path().filename().string().starts_with("found-")) continue;
    const auto message = bytes_of(entry.path());
    EXPECT_EQ(difference_from_ares(message), "") << entry.path();
    if (parse_with_ares(message)) ++accepted;
  }
  EXPECT_GE(accepted, 9U);  // the replies that Consul sent
}

/// A reply that we intentionally parse differently from c-ares.
struct Unlike {
  const char* row;
  enum class Versions { kAll, kOldApi } versions;
  Bytes message;
  std::vector<std::string> places;  ///< our result
};
std::ostream& operator<<(std::ostream& out, const Unlike& row) {
  return out << row.row;
}

class UnlikeAres : public ::testing::TestWithParam<Unlike> {};

TEST_P(UnlikeAres, IsParsedAsIntended) {
  const auto& row = GetParam();
  const auto reply = parse_dns_reply(row.message, kName);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(places_of(instances_of(reply->services, reply->addresses, Domain(), kFallback)),
            row.places);
  // c-ares rejects the reply or parses it differently; otherwise the row is obsolete.
  const bool is_unlike =
      !parse_with_ares(row.message) || !difference_from_ares(row.message).empty();
  EXPECT_EQ(is_unlike, row.versions == Unlike::Versions::kAll || !oracle::kHasRecordApi);
}

DnsMessage good() {
  return DnsMessage(kName).srv(kName, 1, 24007, "0a000001.addr.dc1.consul");
}

Bytes srv_data(const Bytes& target) {
  Bytes data = {0, 1, 0, 1, 0x5D, 0xC7};
  data.insert(data.end(), target.begin(), target.end());
  return data;
}

Bytes without_last(DnsMessage message, std::size_t count) {
  auto bytes = message.bytes();
  bytes.resize(bytes.size() - count);
  return bytes;
}

Bytes long_name() {
  Bytes name;
  for (int i = 0; i < 5; ++i) {
    name.push_back(63);
    name.insert(name.end(), 63, 'a');
  }
  name.push_back(0);
  return name;
}

const std::vector<std::string> kFirst = {"10.0.0.1:24007"};
using Versions = Unlike::Versions;

INSTANTIATE_TEST_SUITE_P(
    DnsAndAres, UnlikeAres,
    ::testing::Values(
        // One malformed record does not invalidate the others.
        Unlike{"MalformedTarget", Versions::kAll,
               good().record(Section::kAnswer, kName, RecordType::kSrv, srv_data({0x40})).bytes(),
               kFirst},
        Unlike{"MalformedOwner", Versions::kAll,
               good().raw_record(Section::kAnswer, {0xFF, 0xFF}, RecordType::kA, Bytes(4)).bytes(),
               kFirst},
        // Records before a truncated one are kept.
        Unlike{"TruncatedRecord", Versions::kAll,
               without_last(good().srv(kName, 1, 24007, "0a000002.addr.dc1.consul"), 3), kFirst},
        // c-ares accepts the target and ignores what follows it (RFC 2782).
        Unlike{"BytesAfterTarget", Versions::kAll,
               good()
                   .record(Section::kAnswer, kName, RecordType::kSrv, srv_data({1, 'a', 0, 9}))
                   .bytes(),
               kFirst},
        // c-ares silently ignores it, or uses its first bytes as an address.
        Unlike{"LongAddress", Versions::kAll,
               good().record(Section::kAnswer, kName, RecordType::kA, Bytes(5)).bytes(), kFirst},
        Unlike{
            "BytesAfterAlias", Versions::kAll,
            good().record(Section::kAnswer, "a.consul", RecordType::kCname, {1, 'a', 0, 9}).bytes(),
            kFirst},
        // RFC 1035 section 2.3.4
        Unlike{
            "NameAbove255Bytes", Versions::kAll,
            good().record(Section::kAnswer, kName, RecordType::kSrv, srv_data(long_name())).bytes(),
            kFirst},
        // The old API does not return the owner of a record.
        Unlike{"ServiceOfOtherName", Versions::kOldApi,
               good().srv("other.service.consul", 1, 24007, "0a000009.addr.dc1.consul").bytes(),
               kFirst},
        // c-ares 1.18 ends the text at a label that consists of one NUL byte, so that
        // a name registered by an attacker looks like gl1.example.
        Unlike{"LabelOfNul", Versions::kOldApi,
               good()
                   .record(Section::kAnswer, kName, RecordType::kSrv,
                           srv_data({3,   'g', 'l', '1', 7, 'e', 'x', 'a', 'm', 'p',
                                     'l', 'e', 1,   0,   4, 'e', 'v', 'i', 'l', 0}))
                   .bytes(),
               kFirst}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::consul
