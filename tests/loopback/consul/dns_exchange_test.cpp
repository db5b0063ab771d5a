// Connections to one DNS server that has several addresses.
#include "consul/dns_exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <list>
#include <ostream>

#include "loopback/consul/fake_dns.hpp"
#include "loopback/consul/gluster_lookup.hpp"
#include "util/socket_address.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using loopback::DnsBehaviour;
using loopback::DnsMessage;
using loopback::DnsQuestion;
using loopback::FakeDns;
using loopback::replies;
using loopback::replies_and_closes;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kExchangeTimeout = 10s;
constexpr auto kLongBeforeTheTimeout = 5s;

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

// The server listens on the last one, 127.0.0.1.
const std::vector<IpAddress> kTwo = {address("127.0.0.2"), address("127.0.0.1")};

DnsBehaviour replies_without_records(const DnsQuestion& question) {
  return replies(DnsMessage(question.name, question.type, question.id));
}

Result<std::vector<std::uint8_t>> ask_over(DnsExchange& exchange,
                                           milliseconds within = kExchangeTimeout) {
  const Cancel cancel;
  return exchange.ask(kName, DnsType::kSrv, Deadline::after(within), cancel);
}

/// A listener with a full queue: the kernel drops new connections.
class FullListener {
 public:
  FullListener(const IpAddress& where, Port port) : listener_(loopback::bound_to(where, port)) {
    EXPECT_EQ(::listen(listener_.get(), 0), 0);
    const auto target = socket_address(where, port);
    while (queued_.size() < kMaxQueued && !is_full_) {
      auto& queued = queued_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      ::connect(queued.get(), reinterpret_cast<const sockaddr*>(&target.storage), target.size);
      pollfd connected{queued.get(), POLLOUT, 0};
      is_full_ = ::poll(&connected, 1, 100) == 0;
    }
  }
  [[nodiscard]] bool is_full() const { return is_full_; }

 private:
  static constexpr std::size_t kMaxQueued = 16;
  UniqueFd listener_;
  std::list<UniqueFd> queued_;
  bool is_full_ = false;
};

TEST(DnsExchange, SkipsRefusedAddressImmediately) {
  const FakeDns consul(replies_without_records);
  DnsExchange exchange("DNS", kTwo, consul.port());
  const auto start = Clock::now();
  EXPECT_TRUE(ask_over(exchange).has_value());
  EXPECT_LT(Clock::now() - start, kLongBeforeTheTimeout);
  EXPECT_THAT(consul.questions(), SizeIs(1));
}

TEST(DnsExchange, FallsBackIfAddressDropsPackets) {
  const FakeDns consul(replies_without_records);
  const FullListener dead(kTwo.front(), consul.port());
  ASSERT_TRUE(dead.is_full());
  DnsExchange exchange("DNS", kTwo, consul.port());
  const auto start = Clock::now();
  EXPECT_TRUE(ask_over(exchange).has_value());
  EXPECT_LT(Clock::now() - start, kLongBeforeTheTimeout);
}

TEST(DnsExchange, TriesLastAddressWithinShortTimeout) {
  const FakeDns consul(replies_without_records);
  std::vector<IpAddress> addresses;
  std::list<FakeDns> silent;
  for (const char* text : {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"}) {
    addresses.push_back(address(text));
    silent.emplace_back([](const DnsQuestion&) { return loopback::does_not_respond(); },
                        addresses.back(), consul.port());
  }
  addresses.push_back(address("127.0.0.1"));
  DnsExchange exchange("DNS", addresses, consul.port());
  const auto reply = ask_over(exchange, 1s);  // four times the delay of RFC 8305
  EXPECT_TRUE(reply.has_value()) << reply.error().message;
}

struct First {
  const char* row;
  FakeDns::Decide decide;
};
std::ostream& operator<<(std::ostream& out, const First& row) {
  return out << row.row;
}

class FirstAddress : public ::testing::TestWithParam<First> {};

TEST_P(FirstAddress, FallsBackToSecond) {
  const FakeDns consul(replies_without_records);
  const FakeDns first(GetParam().decide, kTwo.front(), consul.port());
  DnsExchange exchange("DNS", kTwo, consul.port());
  const auto start = Clock::now();
  const auto reply = ask_over(exchange);
  EXPECT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_LT(Clock::now() - start, kLongBeforeTheTimeout);
  EXPECT_THAT(first.questions(), SizeIs(1));

  // The second address is now tried first.
  EXPECT_TRUE(ask_over(exchange).has_value());
  EXPECT_THAT(first.questions(), SizeIs(1));
  EXPECT_THAT(consul.questions(), SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(
    DnsExchange, FirstAddress,
    ::testing::Values(First{"DoesNotRespond",
                            [](const DnsQuestion&) { return loopback::does_not_respond(); }},
                      First{"HangsUp", [](const DnsQuestion&) { return loopback::sends_raw({}); }},
                      First{"ClosesDuringReply",
                            [](const DnsQuestion&) { return loopback::sends_raw({0, 99, 1}); }},
                      First{"IsNotADnsServer",
                            [](const DnsQuestion&) {
                              const std::string_view words = "HTTP/1.1 400 Bad Request";
                              loopback::Bytes bytes = {0, static_cast<std::uint8_t>(words.size())};
                              bytes.insert(bytes.end(), words.begin(), words.end());
                              return loopback::sends_raw(bytes);
                            }}),
    [](const auto& row) { return row.param.row; });

TEST(DnsExchange, DoesNotQuerySecondAddressIfFirstReplies) {
  const FakeDns second(replies_without_records);
  const FakeDns first(replies_without_records, kTwo.front(), second.port());
  DnsExchange exchange("DNS", kTwo, second.port());
  EXPECT_TRUE(ask_over(exchange).has_value());
  EXPECT_TRUE(ask_over(exchange).has_value());
  EXPECT_THAT(first.questions(), SizeIs(2));
  EXPECT_THAT(second.questions(), IsEmpty());
}

TEST(DnsExchange, ReportsErrorOfEachAddress) {
  const FakeDns consul([](const DnsQuestion&) { return loopback::sends_raw({}); });
  DnsExchange exchange("DNS", kTwo, consul.port());
  const auto reply = ask_over(exchange);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(reply.error().message, AllOf(HasSubstr("127.0.0.2: Connection refused"),
                                           HasSubstr("127.0.0.1: it closed the connection")));
}

TEST(DnsExchange, ReopensClosedConnection) {
  const FakeDns consul([](const DnsQuestion& question) {
    return replies_and_closes(DnsMessage(question.name, question.type, question.id));
  });
  DnsExchange exchange("DNS", {address("127.0.0.1")}, consul.port());
  for (int i = 0; i < 3; ++i) {
    const auto reply = ask_over(exchange);
    EXPECT_TRUE(reply.has_value()) << reply.error().message;
  }
  EXPECT_THAT(consul.questions(), SizeIs(3));
}

TEST(DnsExchange, IgnoresDuplicateReply) {
  const FakeDns consul([](const DnsQuestion& question) -> DnsBehaviour {
    auto bytes = loopback::framed(DnsMessage(question.name, question.type, question.id));
    bytes.insert(bytes.end(), bytes.begin(), bytes.end());  // twice
    return [=](loopback::Connection& connection) {
      return connection.send(std::string(bytes.begin(), bytes.end()));
    };
  });
  DnsExchange exchange("DNS", {address("127.0.0.1")}, consul.port());
  for (int i = 0; i < 3; ++i) {
    const auto reply = ask_over(exchange);
    EXPECT_TRUE(reply.has_value()) << reply.error().message;
  }
}

TEST(DnsExchange, TimesOutIfNoAddressResponds) {
  const FakeDns second([](const DnsQuestion&) { return loopback::does_not_respond(); });
  const FakeDns first([](const DnsQuestion&) { return loopback::does_not_respond(); }, kTwo.front(),
                      second.port());
  DnsExchange exchange("DNS", kTwo, second.port());
  const auto reply = ask_over(exchange, 300ms);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kTimedOut);
  EXPECT_THAT(first.questions(), SizeIs(1));
  EXPECT_THAT(second.questions(), SizeIs(1));
}

TEST(DnsExchange, RejectsInvalidName) {
  DnsExchange exchange("DNS", {address("127.0.0.1")}, loopback::closed_port());
  const Cancel cancel;
  const auto reply =
      exchange.ask(R"(a\.b.consul)", DnsType::kA, Deadline::after(kExchangeTimeout), cancel);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kRejected);
  EXPECT_EQ(reply.error().message,
            "DNS cannot be queried for this name: it is not a valid DNS name");
}

}  // namespace
}  // namespace glusterconsul::consul
