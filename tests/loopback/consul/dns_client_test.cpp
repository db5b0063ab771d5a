#include "consul/dns_client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "loopback/consul/fake_dns.hpp"
#include "loopback/consul/gluster_lookup.hpp"
#include "test_context.hpp"
#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using loopback::Bytes;
using loopback::DnsBehaviour;
using loopback::DnsMessage;
using loopback::DnsQuestion;
using loopback::FakeDns;
using loopback::RecordType;
using loopback::replies;
using loopback::Section;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DnsSettings dns_settings_for(Port port, const char* host = "127.0.0.1") {
  return {Endpoint{*Host::parse(host), port}};
}

Result<LookupResult> ask_dns_at(Port port, milliseconds within = 10s,
                                const ServiceQuery& query = gluster_query()) {
  return ask_dns(dns_settings_for(port), query, kFallback, TestContext().within(within));
}

DnsMessage message_for(const DnsQuestion& question) {
  return DnsMessage(question.name, question.type, question.id);
}

TEST(DnsClient, ReturnsInstancesWithOneQuery) {
  const FakeDns consul([](const DnsQuestion& question) {
    return replies(message_for(question)
                       .srv(kName, 3, 24008, "0a000001.addr.dc1.consul")
                       .srv(kName, 1, 0, "s2.node.dc1.consul")
                       .address(Section::kAdditional, "s2.node.dc1.consul", "10.0.0.2"));
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer), ElementsAre("10.0.0.1:24008", "10.0.0.2:24007"));
  EXPECT_FALSE(answer->knows_health);
  ASSERT_THAT(consul.questions(), SizeIs(1));
  EXPECT_EQ(consul.questions()[0].name, kName);
  EXPECT_EQ(consul.questions()[0].type, RecordType::kSrv);
}

TEST(DnsClient, AcceptsServerName) {
  const FakeDns consul([](const DnsQuestion& question) {
    return replies(message_for(question).srv(kName, 1, 1, "0a000001.addr.dc1.consul"));
  });
  const auto answer = ask_dns(dns_settings_for(consul.port(), "localhost"), gluster_query(),
                              kFallback, TestContext().within(10s));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
}

TEST(DnsClient, QueriesMissingAddresses) {
  const FakeDns consul([](const DnsQuestion& question) {
    if (question.type == RecordType::kSrv) {
      return replies(message_for(question)
                         .srv(kName, 1, 24007, "s1.node.dc1.consul")
                         .srv(kName, 1, 24007, "s2.node.dc1.consul"));
    }
    if (question.name == "s1.node.dc1.consul" && question.type == RecordType::kAaaa) {
      return replies(message_for(question).address(Section::kAnswer, question.name, "2001:db8::1"));
    }
    return replies(message_for(question));
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer), ElementsAre("[2001:db8::1]:24007"));
  EXPECT_EQ(answer->skipped, 1U);
  EXPECT_THAT(answer->first_skipped, HasSubstr("s2.node.dc1.consul"));
}

TEST(DnsClient, QueriesAllAddressesOfTarget) {
  const FakeDns consul([](const DnsQuestion& question) {
    auto message = message_for(question);
    if (question.type == RecordType::kSrv) {
      return replies(message.srv(kName, 1, 24007, "s1.node.dc1.consul"));
    }
    if (question.type == RecordType::kAaaa) {
      return replies(message.address(Section::kAnswer, question.name, "2001:db8::1"));
    }
    return replies(message.address(Section::kAnswer, question.name, "10.0.0.1")
                       .address(Section::kAnswer, question.name, "10.1.0.1"));
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer),
              ElementsAre("10.0.0.1:24007", "10.1.0.1:24007", "[2001:db8::1]:24007"));
}

TEST(DnsClient, UsesFallbackPortForAddressesWithoutServices) {
  const FakeDns consul([](const DnsQuestion& question) {
    if (question.type == RecordType::kA) {
      return replies(message_for(question).address(Section::kAnswer, kName, "10.0.0.1"));
    }
    return replies(message_for(question));
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer), ElementsAre("10.0.0.1:24007"));
}

struct DnsFailure {
  const char* row;
  FakeDns::Decide decide;
  ErrorCode code;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const DnsFailure& row) {
  return out << row.row;
}

class MisbehavingDns : public ::testing::TestWithParam<DnsFailure> {};

TEST_P(MisbehavingDns, FailsInTimeWithClearMessage) {
  const FakeDns consul(GetParam().decide);
  // Only cases that must time out have a short timeout; others may be slow on a busy machine.
  const auto limit = GetParam().code == ErrorCode::kTimedOut ? 300ms : 4s;
  const auto start = Clock::now();
  const auto answer = ask_dns_at(consul.port(), limit);
  EXPECT_LT(Clock::now() - start, 5s);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, GetParam().code) << answer.error().message;
  EXPECT_THAT(lines_of("prog", answer.error()),
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(consul.port())),
                    HasSubstr(GetParam().message)));
}

FakeDns::Decide with_code(unsigned code) {
  return [=](const DnsQuestion& question) { return replies(message_for(question).code(code)); };
}

INSTANTIATE_TEST_SUITE_P(
    DnsClient, MisbehavingDns,
    ::testing::Values(
        DnsFailure{"NameError", with_code(3), ErrorCode::kUnknown, "no healthy instance"},
        DnsFailure{"NoRecords", with_code(0), ErrorCode::kUnknown, "no healthy instance"},
        DnsFailure{"ServerFailure", with_code(2), ErrorCode::kUnavailable, "SERVFAIL"},
        DnsFailure{"Refused", with_code(5), ErrorCode::kRejected, "consul-domain=consul"},
        DnsFailure{"NotImplemented", with_code(4), ErrorCode::kRejected, "RCODE 4"},
        DnsFailure{"DoesNotRespond",
                   [](const DnsQuestion&) { return loopback::does_not_respond(); },
                   ErrorCode::kTimedOut, "in time"},
        DnsFailure{"Closes", [](const DnsQuestion&) { return loopback::sends_raw({}); },
                   ErrorCode::kUnreachable, "does not respond"},
        DnsFailure{"ClosesDuringReply",
                   [](const DnsQuestion&) { return loopback::sends_raw({2, 0, 1, 2}); },
                   ErrorCode::kUnreachable, "does not respond"},
        DnsFailure{"MalformedService",
                   [](const DnsQuestion& question) {
                     return replies(message_for(question).record(Section::kAnswer, kName,
                                                                 RecordType::kSrv, {0, 1}));
                   },
                   ErrorCode::kBadReply, "a record of type SRV of"},
        DnsFailure{
            "TruncatedBeforeFirstRecord",
            [](const DnsQuestion& question) { return replies(message_for(question).truncated()); },
            ErrorCode::kBadReply, "was truncated"},
        DnsFailure{"OtherId",
                   [](const DnsQuestion& question) {
                     return replies(DnsMessage(question.name, question.type, question.id ^ 1U));
                   },
                   ErrorCode::kBadReply, "not a reply to the query"},
        DnsFailure{"OtherQuestion",
                   [](const DnsQuestion& question) {
                     return replies(DnsMessage("other.service.consul", question.type, question.id));
                   },
                   ErrorCode::kBadReply, "not a reply to the query"},
        DnsFailure{"EmptyMessage", [](const DnsQuestion&) { return loopback::sends_raw({0, 0}); },
                   ErrorCode::kBadReply, "not a reply to the query"},
        DnsFailure{"OnlyTargetsWithoutAddress",
                   [](const DnsQuestion& question) {
                     if (question.type != RecordType::kSrv) {
                       return replies(message_for(question).code(2));
                     }
                     return replies(message_for(question).srv(kName, 1, 1, "s1.node.dc1.consul"));
                   },
                   ErrorCode::kBadReply, "has no address"}),
    [](const auto& row) { return row.param.row; });

TEST(DnsClient, HintsAtMountGlusterfsForUnknownBareName) {
  constexpr unsigned kNameError = 3;
  const FakeDns consul(with_code(kNameError));
  auto query = gluster_query();
  EXPECT_EQ(ask_dns_at(consul.port(), 4s, query).error().hint, "");
  query.service.is_bare = true;
  EXPECT_EQ(ask_dns_at(consul.port(), 4s, query).error().hint, kPlainHost);
}

// Far enough apart for a busy machine: the failure takes about a millisecond.
constexpr auto kDnsTimeout = 10s;
constexpr auto kImmediately = 5s;

struct HangsUp {
  const char* row;
  loopback::LoopbackServer::Serve serve;
};
std::ostream& operator<<(std::ostream& out, const HangsUp& row) {
  return out << row.row;
}

class DnsThatHangsUp : public ::testing::TestWithParam<HangsUp> {};

TEST_P(DnsThatHangsUp, FailsImmediately) {
  const loopback::LoopbackServer consul(GetParam().serve);
  const auto start = Clock::now();
  const auto answer = ask_dns_at(consul.port(), kDnsTimeout);
  EXPECT_LT(Clock::now() - start, kImmediately);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnreachable) << answer.error().message;
  EXPECT_THAT(answer.error().hint, HasSubstr("the agent is running"));
}

INSTANTIATE_TEST_SUITE_P(
    DnsClient, DnsThatHangsUp,
    ::testing::Values(HangsUp{"Immediately", [](loopback::Connection&) {}},
                      // Closing before the query is read resets the connection.
                      HangsUp{"WithoutReadingQuery",
                              [](loopback::Connection& connection) { connection.pause(50ms); }},
                      HangsUp{"AfterQuery",
                              [](loopback::Connection& connection) {
                                EXPECT_TRUE(connection.receive());
                              }},
                      HangsUp{"AfterOneByteOfLength",
                              [](loopback::Connection& connection) {
                                EXPECT_TRUE(connection.receive());
                                connection.send(std::string(1, '\0'));
                              }},
                      HangsUp{"AfterHalfOfReply",
                              [](loopback::Connection& connection) {
                                EXPECT_TRUE(connection.receive());
                                connection.send(std::string("\0\x64", 2) + std::string(50, 'x'));
                              }}),
    [](const auto& row) { return row.param.row; });

TEST(DnsClient, AcceptsReplyInPieces) {
  const FakeDns consul([](const DnsQuestion& question) -> DnsBehaviour {
    const auto bytes =
        loopback::framed(message_for(question).srv(kName, 1, 24007, "0a000001.addr.dc1.consul"));
    return [=](loopback::Connection& connection) {
      for (const auto byte : bytes) {
        if (!connection.send(std::string(1, static_cast<char>(byte)))) return false;
        if (!connection.pause(1ms)) return false;
      }
      return true;
    };
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer), ElementsAre("10.0.0.1:24007"));
}

TEST(DnsClient, SkipsOnlyMalformedRecords) {
  const FakeDns consul([](const DnsQuestion& question) {
    return replies(message_for(question)
                       .srv(kName, 1, 24007, "\x1b[2J.example")
                       .srv(kName, 1, 24007, "0a000001.addr.dc1.consul")
                       .record(Section::kAnswer, kName, RecordType::kSrv, {0, 1})
                       .raw_record(Section::kAnswer, {0xFF, 0xFF}, RecordType::kSrv, {0, 1})
                       .srv(kName, 1, 24007, "s2.node.dc1.consul")
                       .record(Section::kAdditional, kName, RecordType::kTxt, {99, 'a'})
                       .address(Section::kAdditional, "s2.node.dc1.consul", "10.0.0.2"));
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer), ElementsAre("10.0.0.1:24007", "10.0.0.2:24007"));
  EXPECT_EQ(answer->skipped, 3U);
  EXPECT_THAT(consul.questions(), SizeIs(1));
}

TEST(DnsClient, KeepsFirstRecordsOfTruncatedReply) {
  const FakeDns consul([](const DnsQuestion& question) -> DnsBehaviour {
    auto bytes = loopback::framed(message_for(question)
                                      .srv(kName, 1, 24007, "0a000001.addr.dc1.consul")
                                      .srv(kName, 1, 24007, "0a000002.addr.dc1.consul"));
    bytes.pop_back();
    --bytes[1];
    return loopback::sends_raw(bytes);
  });
  const auto answer = ask_dns_at(consul.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(places_of(*answer), ElementsAre("10.0.0.1:24007"));
  EXPECT_EQ(answer->skipped, 1U);
  EXPECT_THAT(answer->first_skipped, HasSubstr("truncated"));
}

TEST(DnsClient, ReportsConnectionRefused) {
  const auto answer = ask_dns_at(loopback::closed_port());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("does not respond (Connection refused)"));
}

TEST(DnsClient, ReportsQueryAndReplyAsSteps) {
  const FakeDns consul(with_code(3));
  std::string steps;
  const Cancel cancel;
  const Report report("test", Report::Verbosity::kSteps, Report::Screen::kFile,
                      [&](std::string_view text) { steps += text; });
  const auto answer = ask_dns(dns_settings_for(consul.port()), gluster_query(), kFallback,
                              {Deadline::after(10s), cancel, report});
  EXPECT_FALSE(answer.has_value());
  EXPECT_THAT(steps, HasSubstr(fmt::format("asking Consul's DNS at 127.0.0.1:{} for SRV {}",
                                           consul.port(), kName)));
  EXPECT_THAT(steps, HasSubstr("answered with code 3, 0 SRV records"));
}

TEST(DnsClient, ReturnsWhenCancelled) {
  TestContext context;
  const FakeDns consul([&](const DnsQuestion&) {
    context.cancel.request();
    return loopback::does_not_respond();
  });
  const auto answer =
      ask_dns(dns_settings_for(consul.port()), gluster_query(), kFallback, context.within(60s));
  EXPECT_EQ(answer.error().code, ErrorCode::kInterrupted);
}

TEST(DnsClient, RejectsQueryNotPossibleOverDns) {
  const FakeDns consul(with_code(3));
  auto query = gluster_query();
  query.tags = {"a", "b"};
  EXPECT_EQ(ask_dns_at(consul.port(), 10s, query).error().code, ErrorCode::kRejected);
  EXPECT_THAT(consul.questions(), IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::consul
