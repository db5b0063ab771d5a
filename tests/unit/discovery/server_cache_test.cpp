#include "discovery/server_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using consul::Channel;
using ::testing::HasSubstr;

const WallClock::time_point kNow{std::chrono::seconds(1'800'000'000)};
constexpr milliseconds kWeek = std::chrono::hours(7 * 24);

constexpr const char* kAddress = "https://127.0.0.1:8501";

consul::ServiceQuery query(const std::string& service = "gluster") {
  consul::ServiceQuery made;
  made.service.name = service;
  return made;
}

CachedServers example_cache(WallClock::time_point written = kNow) {
  auto weighted = instance("gl2", "2001:db8::2", 24107);
  weighted.weight = 7;
  return make_cached_servers({weighted, instance("gl1", "10.0.0.1")}, Channel::kHttps, kAddress,
                             written);
}

std::string key_of(const consul::ServiceQuery& asked = query(), std::string_view volume = "g0",
                   const std::vector<std::string>& consul = {kAddress}) {
  return cache_key(asked, volume, consul);
}

TEST(CachedServers, RoundTrips) {
  const auto key = key_of();
  const auto read =
      parse_cached_servers(serialize_cached_servers(example_cache(), key), key, kNow + 1h, kWeek);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->written, kNow);
  EXPECT_EQ(read->instances, example_cache().instances);
  EXPECT_EQ(read->channel, Channel::kHttps);
  EXPECT_EQ(read->consul, kAddress);
}

TEST(CachedServers, DropsHealthChecksAndTags) {
  auto one = unhealthy(instance("gl1", "10.0.0.1"), consul::Health::kWarning, "output");
  one.tags = {"ssd"};
  const auto list = make_cached_servers({one}, Channel::kHttp, kAddress, kNow);
  EXPECT_EQ(list.instances.front().health, consul::Health::kUnknown);
  EXPECT_TRUE(list.instances.front().checks.empty());
  EXPECT_TRUE(list.instances.front().tags.empty());
}

struct UnusableRow {
  const char* name;
  std::string text;
  const char* why;
};
void PrintTo(const UnusableRow& row, std::ostream* out) {
  *out << row.name;
}
class Unusable : public ::testing::TestWithParam<UnusableRow> {};

std::string changed(const std::string& from, const std::string& to) {
  auto text = serialize_cached_servers(example_cache(), key_of());
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

TEST_P(Unusable, IsIgnoredWithReason) {
  const auto read = parse_cached_servers(GetParam().text, key_of(), kNow + 1h, kWeek);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    CachedServers, Unusable,
    ::testing::Values(
        UnusableRow{"Empty", "", "corrupt"},
        UnusableRow{"Truncated", changed("\"version\"", ""), "corrupt"},
        UnusableRow{"NotAnObject", "[1]", "another version"},
        UnusableRow{"OtherVersion", changed("\"version\": 2", "\"version\": 1"), "another version"},
        UnusableRow{"NoChannel", changed("\"via\": \"https\"", "\"via\": null"),
                    "where it came from"},
        UnusableRow{"UnknownChannel", changed("\"via\": \"https\"", "\"via\": \"carrier\""),
                    "where it came from"},
        UnusableRow{"NoConsul", changed("\"consul\"", "\"consuls\""), "where it came from"},
        UnusableRow{"OtherQuery", changed("gluster", "other"), "another query"},
        UnusableRow{"NoDate", changed("1800000000", "\"today\""), "no date"},
        UnusableRow{"FromTheFuture", changed("1800000000", "1800009999"), "future"},
        UnusableRow{"TooOld", changed("1800000000", "1700000000"), "older than"},
        UnusableRow{"OptionAsAddress", changed("10.0.0.1", "--volfile=x"), "corrupt"},
        UnusableRow{"PortZero", changed("24007", "0"), "corrupt"},
        UnusableRow{"PortNegative", changed("24007", "-1"), "corrupt"},
        UnusableRow{"PortAsText", changed("24007", "\"24007\""), "corrupt"},
        UnusableRow{"DateOutOfRange", changed("1800000000", "18000000299"), "no date"},
        UnusableRow{"HugeDate", changed("1800000000", "18446744073709551615"), "no date"}),
    [](const auto& row) { return row.param.name; });

TEST(CachedServers, IsRewrittenIfServersChangeOrListIsOld) {
  const auto known = example_cache();
  EXPECT_FALSE(worth_writing(known, example_cache(kNow + 1h), kWeek));
  EXPECT_TRUE(worth_writing(known, example_cache(kNow + 24h), kWeek));
  auto other = example_cache(kNow + 1h);
  other.instances.pop_back();
  EXPECT_TRUE(worth_writing(known, other, kWeek));
}

TEST(CachedServers, IsRewrittenIfOriginChanges) {
  auto other = example_cache(kNow + 1h);
  other.consul = "https://127.0.0.1:8502";
  EXPECT_TRUE(worth_writing(example_cache(), other, kWeek));
}

struct ReplaceRow {
  const char* name;
  Channel known;
  Channel fresh;
  bool is_replaced;
};
void PrintTo(const ReplaceRow& row, std::ostream* out) {
  *out << row.name;
}
class Replace : public ::testing::TestWithParam<ReplaceRow> {};

TEST_P(Replace, RequiresEqualOrHigherTrust) {
  auto known = example_cache();
  known.channel = GetParam().known;
  auto fresh = example_cache(kNow + 24h);
  fresh.channel = GetParam().fresh;
  fresh.instances.pop_back();
  EXPECT_EQ(worth_writing(known, fresh, kWeek), GetParam().is_replaced);
}

INSTANTIATE_TEST_SUITE_P(
    CachedServers, Replace,
    ::testing::Values(ReplaceRow{"HttpByDns", Channel::kHttp, Channel::kDns, false},
                      ReplaceRow{"HttpsByDns", Channel::kHttps, Channel::kDns, false},
                      ReplaceRow{"HttpsByUnverifiedHttps", Channel::kHttps, Channel::kHttp, false},
                      ReplaceRow{"UnixSocketByHttp", Channel::kUnixSocket, Channel::kHttp, false},
                      ReplaceRow{"DnsByDns", Channel::kDns, Channel::kDns, true},
                      ReplaceRow{"DnsByHttp", Channel::kDns, Channel::kHttp, true},
                      ReplaceRow{"HttpByHttps", Channel::kHttp, Channel::kHttps, true},
                      ReplaceRow{"HttpsByHttps", Channel::kHttps, Channel::kHttps, true}),
    [](const auto& row) { return row.param.name; });

TEST(CachedServers, EachQueryHasItsOwnFile) {
  const auto base = key_of();
  auto with_tag = query();
  with_tag.tags = {"ssd"};
  auto elsewhere = query();
  elsewhere.service.datacenter = "dc2";
  auto prepared = query();
  prepared.service.kind = consul::ServiceName::Kind::kPreparedQuery;
  for (const auto& other :
       {key_of(query("other")), key_of(query(), "g1"), key_of(with_tag), key_of(elsewhere),
        key_of(prepared), key_of(query(), "g0", {"https://127.0.0.1:8502"}),
        key_of(query(), "g0", {"http://127.0.0.1:8501"}),
        key_of(query(), "g0", {kAddress, "dns://127.0.0.1:8600"}),
        key_of(query(), "g0", {kAddress, "consul.example.net"})}) {
    EXPECT_NE(other, base);
    EXPECT_NE(cache_file_name(other), cache_file_name(base));
  }
  EXPECT_EQ(cache_file_name(base).size(), 16U + 5U);
}

TEST(CachedServers, RoundTripsWithLongAndInvalidNames) {
  std::vector<consul::Instance> servers;
  for (int i = 1; i <= 64; ++i) {
    servers.push_back(instance(std::string(4096, '\x1b'), "10.0.0." + std::to_string(i)));
    servers.back().datacenter = "\xff, no UTF-8";
  }
  const auto list = make_cached_servers(servers, Channel::kUnixSocket, "unix:///\x1b\xff", kNow);
  const auto key = key_of();
  const auto text = serialize_cached_servers(list, key);
  EXPECT_LT(text.size(), 256U * 1024);  // the maximum size of a file that is read
  const auto read = parse_cached_servers(text, key, kNow, kWeek);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_FALSE(worth_writing(*read, list, kWeek));
}

}  // namespace
}  // namespace glusterconsul::discovery
