#include "discovery/last_known.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const WallClock::time_point kNow{std::chrono::seconds(1'800'000'000)};
constexpr milliseconds kWeek = std::chrono::hours(7 * 24);

consul::ServiceQuery query(const std::string& service = "gluster") {
  consul::ServiceQuery made;
  made.service.name = service;
  return made;
}

LastKnown example(WallClock::time_point written = kNow) {
  auto weighted = instance("gl2", "2001:db8::2", 24107);
  weighted.weight = 7;
  return make_last_known({weighted, instance("gl1", "10.0.0.1")}, written);
}

TEST(LastKnown, IsReadBackToTheSame) {
  const auto key = last_known_key(query(), "g0");
  const auto read = read_last_known(write_last_known(example(), key), key, kNow + 1h, kWeek);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->written, kNow);
  EXPECT_EQ(read->instances, example().instances);
}

TEST(LastKnown, KeepsNothingOfHealthChecksAndTags) {
  auto one = unhealthy(instance("gl1", "10.0.0.1"), consul::Health::kWarning, "output");
  one.tags = {"ssd"};
  const auto list = make_last_known({one}, kNow);
  EXPECT_EQ(list.instances.front().health, consul::Health::kPassing);
  EXPECT_TRUE(list.instances.front().checks.empty());
  EXPECT_TRUE(list.instances.front().tags.empty());
}

struct Row {
  const char* name;
  std::string text;
  const char* why;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
class Unusable : public ::testing::TestWithParam<Row> {};

std::string changed(const std::string& from, const std::string& to) {
  auto text = write_last_known(example(), last_known_key(query(), "g0"));
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

TEST_P(Unusable, IsPassedOverWithAReason) {
  const auto read =
      read_last_known(GetParam().text, last_known_key(query(), "g0"), kNow + 1h, kWeek);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    LastKnown, Unusable,
    ::testing::Values(Row{"Empty", "", "damaged"},
                      Row{"Truncated", changed("\"version\"", ""), "damaged"},
                      Row{"NoObject", "[1]", "another version"},
                      Row{"AnotherVersion", changed("\"version\": 1", "\"version\": 2"),
                          "another version"},
                      Row{"AnotherQuery", changed("gluster", "other"), "another query"},
                      Row{"NoDate", changed("1800000000", "\"today\""), "no date"},
                      Row{"FromTheFuture", changed("1800000000", "1800009999"), "future"},
                      Row{"TooOld", changed("1800000000", "1700000000"), "older than"},
                      Row{"OptionAsAddress", changed("10.0.0.1", "--volfile=x"), "damaged"},
                      Row{"PortZero", changed("24007", "0"), "damaged"},
                      Row{"PortNegative", changed("24007", "-1"), "damaged"},
                      Row{"PortAsText", changed("24007", "\"24007\""), "damaged"},
                      Row{"DateThatNoClockHas", changed("1800000000", "18000000299"), "no date"},
                      Row{"HugeDate", changed("1800000000", "18446744073709551615"), "no date"}),
    [](const auto& row) { return row.param.name; });

TEST(LastKnown, IsWrittenAnewForOtherServersOrWhenItGetsOld) {
  const auto known = example();
  EXPECT_FALSE(worth_writing(known, example(kNow + 1h), kWeek));
  EXPECT_TRUE(worth_writing(known, example(kNow + 24h), kWeek));
  auto other = example(kNow + 1h);
  other.instances.pop_back();
  EXPECT_TRUE(worth_writing(known, other, kWeek));
}

TEST(LastKnown, EveryQuestionHasAFileOfItsOwn) {
  const auto base = last_known_key(query(), "g0");
  auto with_tag = query();
  with_tag.tags = {"ssd"};
  auto elsewhere = query();
  elsewhere.service.datacenter = "dc2";
  auto prepared = query();
  prepared.service.kind = consul::ServiceName::Kind::kPreparedQuery;
  for (const auto& other : {last_known_key(query("other"), "g0"), last_known_key(query(), "g1"),
                            last_known_key(with_tag, "g0"), last_known_key(elsewhere, "g0"),
                            last_known_key(prepared, "g0")}) {
    EXPECT_NE(other, base);
    EXPECT_NE(last_known_file(other), last_known_file(base));
  }
  EXPECT_EQ(last_known_file(base).size(), 16U + 5U);
}

TEST(LastKnown, IsReadBackToTheSameWhateverServersAreCalled) {
  std::vector<consul::Instance> servers;
  for (int i = 1; i <= 64; ++i) {
    servers.push_back(instance(std::string(4096, '\x1b'), "10.0.0." + std::to_string(i)));
    servers.back().datacenter = "\xff, no UTF-8";
  }
  const auto list = make_last_known(servers, kNow);
  const auto key = last_known_key(query(), "g0");
  const auto text = write_last_known(list, key);
  EXPECT_LT(text.size(), 256U * 1024);  // what is read of a file
  const auto read = read_last_known(text, key, kNow, kWeek);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_FALSE(worth_writing(*read, list, kWeek));
}

}  // namespace
}  // namespace glusterconsul::discovery
