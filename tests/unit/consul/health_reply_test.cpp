#include "consul/health_reply.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "consul/other_replies.hpp"
#include "loopback/consul/gluster_lookup.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNode = R"({"Node":"s1","Address":"10.0.0.1","Datacenter":"dc1"})";

/// One entry of the list, from its parts as JSON.
std::string entry(const std::string& service, const std::string& checks = "[]",
                  const std::string& node = kNode) {
  return fmt::format(R"({{"Node":{},"Service":{},"Checks":{}}})", node, service, checks);
}

LookupResult parsed_list(const std::string& body) {
  auto answer = parse_health_reply(body, kFallback);
  EXPECT_TRUE(answer.has_value()) << answer.error().message;
  return answer.value_or(LookupResult{});
}

/// The only instance of a list of one entry.
Instance only(const std::string& one_entry) {
  const auto answer = parsed_list("[" + one_entry + "]");
  EXPECT_EQ(answer.instances.size(), 1U) << answer.first_skipped;
  return answer.instances.at(0);
}

TEST(HealthReply, ParsesInstance) {
  const auto instance = only(entry(
      R"({"ID":"gl-1","Address":"10.0.0.9","Port":24008,"Tags":["g0","prod"],
          "Weights":{"Passing":5,"Warning":2}})",
      R"([{"CheckID":"c1","Name":"glusterd","Status":"passing","Output":"ok"}])"));
  EXPECT_EQ(instance.node, "s1");
  EXPECT_EQ(instance.service_id, "gl-1");
  EXPECT_EQ(instance.host.text(), "10.0.0.9");
  EXPECT_EQ(instance.port, 24008);
  EXPECT_THAT(instance.tags, ElementsAre("g0", "prod"));
  EXPECT_EQ(instance.datacenter, "dc1");
  EXPECT_EQ(instance.weight, 5U);
  EXPECT_EQ(instance.health, Health::kPassing);
  ASSERT_EQ(instance.checks.size(), 1U);
  EXPECT_EQ(instance.checks[0], (Check{"c1", "glusterd", Health::kPassing, "ok"}));
}

TEST(HealthReply, ReadsVolumeFromMeta) {
  const auto volume = [](const char* meta) {
    return only(entry(fmt::format(R"({{"ID":"gl","Port":1{}}})", meta))).volume;
  };
  EXPECT_EQ(volume(R"(,"Meta":{"glusterconsul":"1","gluster_volume":"g0",
                               "gluster_volume_id":"b5a1"})"),
            (RegisteredVolume{"g0", "b5a1"}));
  EXPECT_EQ(volume(R"(,"Meta":{"gluster_volume":"g0"})"), (RegisteredVolume{"g0", ""}));
  EXPECT_EQ(volume(R"(,"Meta":{"gluster_uuid":"77"})"), RegisteredVolume());
  EXPECT_EQ(volume(R"(,"Meta":null)"), RegisteredVolume());
  EXPECT_EQ(volume(""), RegisteredVolume());
  const std::string text(5000, 'x');
  EXPECT_EQ(volume((R"(,"Meta":{"gluster_volume":")" + text + "\"}").c_str()).name.size(), 4096U);
}

TEST(HealthReply, SkipsMalformedMeta) {
  for (const char* meta : {"[]", "7", R"({"gluster_volume":7})", R"({"gluster_volume_id":[]})"}) {
    const auto answer =
        parsed_list("[" + entry(fmt::format(R"({{"ID":"gl","Port":1,"Meta":{}}})", meta)) + "]");
    EXPECT_EQ(answer.skipped, 1U) << meta;
    EXPECT_THAT(answer.first_skipped, HasSubstr("its Meta")) << meta;
  }
}

TEST(HealthReply, KnowsHealthAndKeepsOrder) {
  const auto answer = parsed_list("[" + entry(R"({"ID":"b","Port":1})") + "," +
                                  entry(R"({"ID":"a","Port":1})") + "]");
  ASSERT_EQ(answer.instances.size(), 2U);
  EXPECT_TRUE(answer.knows_health);
  EXPECT_EQ(answer.instances[0].service_id, "b");
  EXPECT_EQ(answer.instances[1].service_id, "a");
}

TEST(HealthReply, AcceptsEmptyList) {
  EXPECT_THAT(parsed_list("[]").instances, IsEmpty());
}

TEST(HealthReply, FallsBackToAddressOfNode) {
  EXPECT_EQ(only(entry(R"({"Address":"","Port":1})")).host.text(), "10.0.0.1");
  EXPECT_EQ(only(entry(R"({"Address":null,"Port":1})")).host.text(), "10.0.0.1");
  EXPECT_EQ(only(entry(R"({"Address":"GL1.example","Port":1})")).host.text(), "gl1.example");
}

TEST(HealthReply, MissingPortUsesFallback) {
  EXPECT_EQ(only(entry(R"({"Port":0})")).port, kFallback);
  EXPECT_EQ(only(entry(R"({})")).port, kFallback);
  EXPECT_EQ(only(entry(R"({"Port":null})")).port, kFallback);
}

TEST(HealthReply, HealthIsWorstCheck) {
  const auto checks = [](const char* first, const char* second) {
    return fmt::format(R"([{{"Status":"{}"}},{{"Status":"{}"}}])", first, second);
  };
  EXPECT_EQ(only(entry("{}", checks("passing", "passing"))).health, Health::kPassing);
  EXPECT_EQ(only(entry("{}", checks("warning", "passing"))).health, Health::kWarning);
  EXPECT_EQ(only(entry("{}", checks("critical", "warning"))).health, Health::kCritical);
  EXPECT_EQ(only(entry("{}", checks("passing", "odd"))).health, Health::kCritical);
  EXPECT_EQ(only(entry("{}", "null")).health, Health::kPassing) << "no checks";
}

TEST(HealthReply, ReportsMaintenanceWithReason) {
  const auto instance = only(entry("{}", R"([
      {"CheckID":"_node_maintenance","Name":"Node Maintenance Mode","Status":"critical",
       "Notes":"new disks"},
      {"CheckID":"_service_maintenance:gl-1","Status":"critical","Notes":"upgrade"}])"));
  EXPECT_EQ(instance.health, Health::kCritical);
  ASSERT_EQ(instance.checks.size(), 2U);
  EXPECT_EQ(instance.checks[0].name, "node in maintenance mode");
  EXPECT_EQ(instance.checks[0].output, "new disks");
  EXPECT_EQ(instance.checks[1].name, "service in maintenance mode");
}

struct Weighted {
  const char* row;
  const char* weights;
  const char* status;
  unsigned weight;
};
std::ostream& operator<<(std::ostream& out, const Weighted& row) {
  return out << row.row;
}

class HealthReplyWeight : public ::testing::TestWithParam<Weighted> {};

TEST_P(HealthReplyWeight, MatchesStateWithinBounds) {
  const auto& row = GetParam();
  const auto instance = only(entry(fmt::format(R"({{"Weights":{}}})", row.weights),
                                   fmt::format(R"([{{"Status":"{}"}}])", row.status)));
  EXPECT_EQ(instance.weight, row.weight);
}

INSTANTIATE_TEST_SUITE_P(
    HealthReply, HealthReplyWeight,
    ::testing::Values(Weighted{"Passing", R"({"Passing":5,"Warning":2})", "passing", 5},
                      Weighted{"Warning", R"({"Passing":5,"Warning":2})", "warning", 2},
                      Weighted{"Missing", R"({})", "passing", 1},
                      Weighted{"Null", "null", "passing", 1},
                      Weighted{"Zero", R"({"Passing":5,"Warning":0})", "warning", 1},
                      Weighted{"Negative", R"({"Passing":-7})", "passing", 1},
                      Weighted{"Huge", R"({"Passing":18446744073709551615})", "passing", 1},
                      Weighted{"Large", R"({"Passing":1000000})", "passing", 65535},
                      Weighted{"Text", R"({"Passing":"5"})", "passing", 1},
                      Weighted{"Fraction", R"({"Passing":1.5})", "passing", 1}),
    [](const auto& row) { return row.param.row; });

struct Skipped {
  const char* row;
  std::string bad_entry;
  const char* reason;
};
std::ostream& operator<<(std::ostream& out, const Skipped& row) {
  return out << row.row;
}

class HealthReplySkips : public ::testing::TestWithParam<Skipped> {};

TEST_P(HealthReplySkips, InvalidEntryWithReason) {
  const auto answer =
      parsed_list("[" + GetParam().bad_entry + "," + entry(R"({"ID":"good"})") + "]");
  ASSERT_EQ(answer.instances.size(), 1U);
  EXPECT_EQ(answer.instances[0].service_id, "good");
  EXPECT_EQ(answer.skipped, 1U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("entry 1"));
  EXPECT_THAT(answer.first_skipped, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    HealthReply, HealthReplySkips,
    ::testing::Values(
        Skipped{"Null", "null", "no Node or no Service"},
        Skipped{"Number", "17", "no Node or no Service"},
        Skipped{"NoService", R"({"Node":{}})", "no Node or no Service"},
        Skipped{"ServiceIsAList", R"({"Node":{},"Service":[]})", "no Node or no Service"},
        Skipped{"NoAddress", entry("{}", "[]", "{}"), "no address"},
        Skipped{"AddressIsANumber", entry(R"({"Address":1})"), "its Address is not a string"},
        Skipped{"AddressIsAnOption", entry(R"({"ID":"gl-1","Address":"--evil"})"),
                "(service 'gl-1' on node 's1'): '--evil' is neither"},
        Skipped{"AddressWithControls", entry(R"({"Address":"\u001b[2J"})"), "'\x1b[2J'"},
        Skipped{"PortIsNegative", entry(R"({"Port":-1})"), "Port is not a port number"},
        Skipped{"PortIsTooHigh", entry(R"({"Port":65536})"), "Port is not a port number"},
        Skipped{"PortIsHuge", entry(R"({"Port":18446744073709551615})"),
                "Port is not a port number"},
        Skipped{"PortIsText", entry(R"({"Port":"24007"})"), "Port is not a port number"},
        Skipped{"PortIsAFraction", entry(R"({"Port":1.5})"), "Port is not a port number"},
        Skipped{"TagsAreText", entry(R"({"Tags":"g0"})"), "Tags are not a list"},
        Skipped{"TagIsANumber", entry(R"({"Tags":[1]})"), "one of its Tags is not a string"},
        Skipped{"ChecksAreText", entry("{}", R"("passing")"), "Checks are not a list"},
        Skipped{"CheckIsText", entry("{}", R"(["passing"])"), "Checks is not an object"},
        Skipped{"StatusIsANumber", entry("{}", R"([{"Status":1}])"), "Status is not a string"}),
    [](const auto& row) { return row.param.row; });

struct Broken {
  const char* row;
  std::string body;
};
std::ostream& operator<<(std::ostream& out, const Broken& row) {
  return out << row.row;
}

class BrokenReply : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenReply, IsRejectedByAllParsers) {
  const auto& body = GetParam().body;
  EXPECT_EQ(parse_health_reply(body, kFallback).error().code, ErrorCode::kBadReply);
  EXPECT_EQ(parse_query_reply(body, kFallback).error().code, ErrorCode::kBadReply);
  EXPECT_EQ(parse_service_names(body).error().code, ErrorCode::kBadReply);
  EXPECT_EQ(parse_authorize_reply(body).error().code, ErrorCode::kBadReply);
}

INSTANTIATE_TEST_SUITE_P(
    HealthReply, BrokenReply,
    ::testing::Values(Broken{"Empty", ""}, Broken{"HtmlPage", "<html>proxy</html>"},
                      Broken{"Truncated", R"([{"Node":{"Node":"s1")"}, Broken{"TwoValues", "[] []"},
                      Broken{"Text", R"("[]")"}, Broken{"Null", "null"},
                      Broken{"InvalidUtf8", "[\"\xff\"]"}, Broken{"HugeNumber", "[1e999999]"},
                      Broken{"NestedLists", std::string(1'000'000, '[')},
                      Broken{"NestedAndClosed", std::string(66, '[') + std::string(66, ']')},
                      Broken{"NestedObjects",
                             [] {
                               std::string text;
                               for (int i = 0; i < 1000; ++i) text += R"({"a":)";
                               return text;
                             }()}),
    [](const auto& row) { return row.param.row; });

TEST(HealthReply, IgnoresBracketsInStrings) {
  const auto output = std::string(200, '[') + R"(\")" + std::string(200, '{');
  const auto instance =
      only(entry("{}", fmt::format(R"([{{"Status":"passing","Output":"{}"}}])", output)));
  EXPECT_EQ(instance.checks.at(0).output.size(), 401U);
}

TEST(HealthReply, LimitsChecksTagsAndOutput) {
  const std::string long_text(10'000, 'x');
  std::string checks;
  for (int i = 0; i < 100; ++i) {
    checks += fmt::format(R"({}{{"Status":"{}","Output":"{}"}})", i == 0 ? "" : ",",
                          i == 99 ? "critical" : "passing", long_text);
  }
  std::string tags = "\"t\"";
  for (int i = 0; i < 999; ++i) tags += ",\"t\"";
  const auto instance =
      only(entry(fmt::format(R"({{"Tags":[{}]}})", tags), fmt::format("[{}]", checks)));
  EXPECT_EQ(instance.checks.size(), 64U);
  EXPECT_EQ(instance.checks[0].output.size(), 4096U);
  EXPECT_EQ(instance.tags.size(), 256U);
  EXPECT_EQ(instance.health, Health::kCritical) << "worst of all checks, including those dropped";
}

struct PortRow {
  const char* row;
  const char* service;
  Port port;  ///< 0: the entry is skipped
};
void PrintTo(const PortRow& row, std::ostream* out) {
  *out << row.row;
}

class PortOfService : public ::testing::TestWithParam<PortRow> {};

TEST_P(PortOfService, IsPortOrDefaultOfPorts) {
  const auto answer = parsed_list("[" + entry(GetParam().service) + "]");
  ASSERT_EQ(answer.instances.size(), GetParam().port == 0 ? 0U : 1U) << answer.first_skipped;
  if (answer.instances.empty()) return;
  EXPECT_EQ(answer.instances[0].port, GetParam().port);
}

INSTANTIATE_TEST_SUITE_P(
    , PortOfService,
    ::testing::Values(
        PortRow{"none", "{}", kFallback}, PortRow{"zero", R"({"Port":0})", kFallback},
        PortRow{"one", R"({"Port":24017})", 24017},
        PortRow{"Consul 1.22",
                R"({"Port":0,"Ports":[{"Name":"metrics","Port":9000},
                    {"Name":"glusterd","Port":24017,"Default":true}]})",
                24017},
        PortRow{"Ports without Port", R"({"Ports":[{"Port":24017,"Default":true}]})", 24017},
        PortRow{"Port and Ports", R"({"Port":24018,"Ports":[{"Port":1,"Default":true}]})", 24018},
        PortRow{"no default, only one", R"({"Port":0,"Ports":[{"Port":24017}]})", 24017},
        PortRow{"no default, fallback listed",
                R"({"Port":0,"Ports":[{"Port":9000},{"Port":24007,"Default":false},{"Port":1}]})",
                24007},
        PortRow{"no default, first", R"({"Port":0,"Ports":[{"Port":9000},{"Port":9001}]})", 9000},
        PortRow{"null", R"({"Port":0,"Ports":null})", kFallback},
        PortRow{"empty", R"({"Port":0,"Ports":[]})", kFallback},
        PortRow{"default is 0", R"({"Port":0,"Ports":[{"Port":0,"Default":true}]})", kFallback},
        PortRow{"not a list", R"({"Port":0,"Ports":{"Port":24017}})", 0},
        PortRow{"not a port", R"({"Port":0,"Ports":[{"Port":70000,"Default":true}]})", 0},
        PortRow{"not objects", R"({"Port":0,"Ports":[1,"2",null]})", kFallback}),
    [](const auto& row) { return "row" + std::to_string(row.index); });

ServiceQuery narrowed(std::string ServiceName::* member, const char* value) {
  ServiceQuery query;
  query.service.*member = value;
  return query;
}

ServiceQuery tagged(std::vector<std::string> tags) {
  ServiceQuery query;
  query.tags = std::move(tags);
  return query;
}

TEST(HealthReply, SkipsInstancesOfOtherPeer) {
  const auto answer = parse_health_reply(
      "[" + entry(R"({"ID":"own"})") + "," + entry(R"({"ID":"theirs","PeerName":"other"})") + "]",
      kFallback, narrowed(&ServiceName::peer, "other"));
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->instances.size(), 1U);
  EXPECT_EQ(answer->instances[0].service_id, "theirs");
  EXPECT_THAT(answer->first_skipped, HasSubstr("entry 1 (service 'own' on node 's1') has no peer"));
}

struct Narrowing {
  const char* row;
  ServiceQuery query;
  const char* service;  ///< of the only entry, which is on a node of dc1
  const char* message;  ///< of the error; nullptr if the entry matches the query
};
void PrintTo(const Narrowing& row, std::ostream* out) {
  *out << row.row;
}

class NarrowedHealthReply : public ::testing::TestWithParam<Narrowing> {};

TEST_P(NarrowedHealthReply, IsAcceptedOnlyIfNarrowingWasApplied) {
  const auto answer =
      parse_health_reply("[" + entry(GetParam().service) + "]", kFallback, GetParam().query);
  ASSERT_EQ(answer.has_value(), GetParam().message == nullptr);
  if (answer) {
    EXPECT_EQ(answer->instances.size(), 1U);
    return;
  }
  EXPECT_EQ(answer.error().code, ErrorCode::kRejected);
  EXPECT_FALSE(answer.error().transient);
  EXPECT_EQ(answer.error().message, GetParam().message);
}

// Consul Enterprise reports the namespace and the partition of a service in `Service`.
INSTANTIATE_TEST_SUITE_P(
    , NarrowedHealthReply,
    ::testing::Values(
        Narrowing{"partition, Consul 1.8.7", narrowed(&ServiceName::partition, "storage"),
                  R"({"ID":"gl-1"})",
                  "the partition 'storage' was ignored: entry 1 (service 'gl-1' on node 's1') is "
                  "in the partition 'default'"},
        Narrowing{"partition, other", narrowed(&ServiceName::partition, "storage"),
                  R"({"ID":"gl-1","Namespace":"default","Partition":"web"})",
                  "the partition 'storage' was ignored: entry 1 (service 'gl-1' on node 's1') is "
                  "in the partition 'web'"},
        Narrowing{"partition, Consul Enterprise", narrowed(&ServiceName::partition, "storage"),
                  R"({"ID":"gl-1","Namespace":"default","Partition":"storage"})", nullptr},
        Narrowing{"partition, case", narrowed(&ServiceName::partition, "Storage"),
                  R"({"ID":"gl-1","Partition":"storage"})", nullptr},
        Narrowing{"partition, default", narrowed(&ServiceName::partition, "default"),
                  R"({"ID":"gl-1"})", nullptr},
        Narrowing{"partition, not a string", narrowed(&ServiceName::partition, "storage"),
                  R"({"ID":"gl-1","Partition":["storage"]})",
                  "the partition 'storage' was ignored: entry 1 (service 'gl-1' on node 's1') is "
                  "in the partition 'default'"},
        Narrowing{"namespace, ignored", narrowed(&ServiceName::consul_namespace, "team"),
                  R"({"ID":"gl-1"})",
                  "the namespace 'team' was ignored: entry 1 (service 'gl-1' on node 's1') is in "
                  "the namespace 'default'"},
        Narrowing{"namespace, Consul Enterprise", narrowed(&ServiceName::consul_namespace, "team"),
                  R"({"ID":"gl-1","Namespace":"team","Partition":"default"})", nullptr},
        Narrowing{"peer, Consul 1.8.7", narrowed(&ServiceName::peer, "west"), R"({"ID":"gl-1"})",
                  "the peer 'west' was ignored: entry 1 (service 'gl-1' on node 's1') has no "
                  "peer"},
        Narrowing{"peer, Consul 1.13", narrowed(&ServiceName::peer, "west"),
                  R"({"ID":"gl-1","PeerName":"west"})", nullptr},
        Narrowing{"data centre, ignored", narrowed(&ServiceName::datacenter, "dc2"),
                  R"({"ID":"gl-1"})",
                  "the data centre 'dc2' was ignored: entry 1 (service 'gl-1' on node 's1') is in "
                  "the data centre 'dc1'"},
        Narrowing{"data centre", narrowed(&ServiceName::datacenter, "dc1"), R"({"ID":"gl-1"})",
                  nullptr},
        Narrowing{"second tag ignored", tagged({"g0", "ssd"}), R"({"ID":"gl-1","Tags":["g0"]})",
                  "the tag 'ssd' was ignored: entry 1 (service 'gl-1' on node 's1') does not have "
                  "that tag"},
        Narrowing{"tags, case", tagged({"g0", "ssd"}), R"({"ID":"gl-1","Tags":["SSD","G0"]})",
                  nullptr},
        Narrowing{"tag, case beyond ASCII", tagged({"gr\xc3\xbcn"}),
                  R"({"ID":"gl-1","Tags":["GR\u00dcN"]})", nullptr},
        Narrowing{"tag, no tags", tagged({"g0"}), R"({"ID":"gl-1","Tags":null})",
                  "the tag 'g0' was ignored: entry 1 (service 'gl-1' on node 's1') does not have "
                  "that tag"}),
    [](const auto& row) { return "row" + std::to_string(row.index); });

TEST(HealthReply, IgnoresDatacenterOfImportedInstances) {
  auto query = narrowed(&ServiceName::peer, "west");
  query.service.datacenter = "dc9";
  const auto body = "[" + entry(R"({"ID":"gl-1","PeerName":"west"})") + "]";
  EXPECT_TRUE(parse_health_reply(body, kFallback, query).has_value());
}

TEST(HealthReply, DetectsEmptyList) {
  EXPECT_EQ(is_empty_list("[]").value_or(false), true);
  EXPECT_EQ(is_empty_list("[{}]").value_or(true), false);
  EXPECT_EQ(is_empty_list("{}").error().code, ErrorCode::kBadReply);
}

TEST(HealthReply, SkipsOnlyEntryThatIsTooLarge) {
  std::string checks = "{}";
  for (int i = 0; i < 100'000; ++i) checks += ",{}";
  const auto answer = parsed_list("[" + entry(R"({"ID":"big"})", "[" + checks + "]") + "," +
                                  entry(R"({"ID":"gl-2"})") + "]");
  ASSERT_EQ(answer.instances.size(), 1U);
  EXPECT_EQ(answer.instances[0].service_id, "gl-2");
  EXPECT_EQ(answer.skipped, 1U);
  EXPECT_EQ(answer.first_skipped, "entry 1: larger than the limit");
}

TEST(HealthReply, DescribesFirstThreeSkippedEntries) {
  std::string body = "[" + entry("{}");
  for (int i = 0; i < 5; ++i) body += "," + entry(R"({"Address":"-x"})");
  const auto answer = parsed_list(body + "]");
  EXPECT_EQ(answer.skipped, 5U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("entry 2 "));
  EXPECT_THAT(answer.first_skipped, HasSubstr("; entry 4 "));
  EXPECT_EQ(answer.first_skipped.find("entry 5"), std::string::npos);
}

TEST(HealthReply, SkipsEntryOfTooManyBytes) {
  const std::string text(4UL * 1024 * 1024, 'x');
  const auto answer =
      parsed_list("[" + entry(fmt::format(R"({{"ID":"{}"}})", text)) + "," + entry("{}") + "]");
  EXPECT_EQ(answer.instances.size(), 1U);
  EXPECT_EQ(answer.first_skipped, "entry 1: larger than the limit");
}

/// As many values as in Consul's reply for 10,000 instances: ten times the maximum of parse_json().
TEST(HealthReply, DoesNotLimitValuesOfWholeList) {
  std::string checks = R"({"CheckID":"c","Status":"passing","Definition":{}})";
  for (int i = 1; i < 20; ++i) checks += R"(,{"CheckID":"c","Status":"passing","Definition":{}})";
  const auto one = entry(R"({"ID":"gl"})", "[" + checks + "]");
  std::string body = "[" + one;
  for (int i = 1; i < 10'000; ++i) body += "," + one;
  const auto answer = parsed_list(body + "]");
  EXPECT_EQ(answer.instances.size(), 10'000U);
  EXPECT_EQ(answer.skipped, 0U);
}

TEST(HealthReply, LimitsMemoryOfAllInstances) {
  const std::string text(4096, 'x');
  const auto checks = fmt::format(
      R"([{{"Name":"{}","Status":"passing"}},{{"Name":"{}","Status":"warning"}}])", text, text);
  const auto node = fmt::format(R"({{"Node":"{}","Address":"10.0.0.1"}})", text);
  const auto one = entry(R"({"Tags":["a"]})", checks, node);
  std::string body = "[" + one;
  for (int i = 1; i < 2000; ++i) body += "," + one;
  const auto answer = parsed_list(body + "]");
  ASSERT_GT(answer.instances.size(), 700U);
  ASSERT_LT(answer.instances.size(), 2000U);
  EXPECT_EQ(answer.instances.size() + answer.skipped, 2000U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("the reply is larger than the limit"));
  EXPECT_EQ(answer.instances.front().checks.size(), 2U);
  EXPECT_EQ(answer.instances.back().checks.capacity(), 0U);
  EXPECT_EQ(answer.instances.back().tags.capacity(), 0U);
  EXPECT_EQ(answer.instances.back().health, Health::kWarning);
}

TEST(HealthReply, CountsEntriesAboveMaximum) {
  std::string body = "[" + entry("{}");
  for (int i = 0; i < 10'004; ++i) body += "," + entry("{}");
  const auto answer = parsed_list(body + "]");
  EXPECT_EQ(answer.instances.size(), 10'000U);
  EXPECT_EQ(answer.skipped, 5U);
  EXPECT_THAT(answer.first_skipped, HasSubstr("first 10000 of 10005"));
}

TEST(QueryReply, ParsesDatacenterAndFailovers) {
  const auto answer = parse_query_reply(
      fmt::format(R"({{"Service":"gluster","Nodes":[{}],"Datacenter":"dc2","Failovers":1}})",
                  entry(R"({"ID":"gl-1"})")),
      kFallback);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->instances.size(), 1U);
  EXPECT_EQ(answer->datacenter, "dc2");
  EXPECT_EQ(answer->failovers, 1U);
  EXPECT_TRUE(answer->knows_health);
}

/// Consul reports the peer in the reply and in each instance, and no data centre.
TEST(QueryReply, ParsesPeerOfFailover) {
  const auto instance = entry(R"({"ID":"gl-1","PeerName":"west"})");
  for (const auto& reply :
       {fmt::format(R"({{"Nodes":[{}],"Datacenter":"","PeerName":"west","Failovers":1}})",
                    entry(R"({"ID":"gl-1"})")),
        fmt::format(R"({{"Nodes":[{}],"Datacenter":"","Failovers":1}})", instance),
        fmt::format(R"({{"Nodes":[{}],"Datacenter":"","Failovers":1}})",
                    entry(R"({"ID":"gl-1"})", "[]",
                          R"({"Node":"s1","Address":"10.0.0.1","PeerName":"west"})"))}) {
    const auto answer = parse_query_reply(reply, kFallback);
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->peer, "west") << reply;
  }
  EXPECT_EQ(parse_query_reply(R"({"Nodes":null,"Failovers":1})", kFallback)->peer, "");
}

TEST(QueryReply, AcceptsNullNodesAndRejectsMissingNodes) {
  EXPECT_THAT(parse_query_reply(R"({"Nodes":null})", kFallback)->instances, IsEmpty());
  EXPECT_EQ(parse_query_reply(R"({"Errors":[]})", kFallback).error().code, ErrorCode::kBadReply);
  EXPECT_EQ(parse_query_reply("[]", kFallback).error().code, ErrorCode::kBadReply);
}

TEST(QueryReply, ClampsFailovers) {
  EXPECT_EQ(parse_query_reply(R"({"Nodes":[],"Failovers":-3})", kFallback)->failovers, 0U);
  EXPECT_EQ(parse_query_reply(R"({"Nodes":[],"Failovers":9999999999})", kFallback)->failovers,
            1000U);
}

TEST(CatalogReply, ListsServices) {
  EXPECT_THAT(*parse_service_names(R"({"consul":[],"gluster":["g0"]})"),
              ElementsAre("consul", "gluster"));
}

TEST(NodeReply, DescribesNodeOrIsNull) {
  EXPECT_TRUE(*parse_node_reply(R"({"Node":{"Node":"gl1"},"Services":{}})"));
  EXPECT_FALSE(*parse_node_reply("null"));
  EXPECT_FALSE(*parse_node_reply("{}"));
  EXPECT_EQ(parse_node_reply("[]").error().code, ErrorCode::kBadReply);
  EXPECT_EQ(parse_node_reply("gl1").error().code, ErrorCode::kBadReply);
}

TEST(AuthorizeReply, ParsesDecision) {
  EXPECT_TRUE(*parse_authorize_reply(R"([{"Resource":"service","Allow":true}])"));
  EXPECT_FALSE(*parse_authorize_reply(R"([{"Resource":"service","Allow":false}])"));
  EXPECT_EQ(parse_authorize_reply(R"([{"Resource":"service"}])").error().code,
            ErrorCode::kBadReply);
  EXPECT_EQ(parse_authorize_reply("[]").error().code, ErrorCode::kBadReply);
}

}  // namespace
}  // namespace glusterconsul::consul
