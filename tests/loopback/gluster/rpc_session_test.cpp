#include "gluster/rpc_session.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "gluster/handshake.hpp"
#include "gluster/ping.hpp"
#include "loopback/gluster/glusterd.hpp"
#include "loopback/util/fake_resolver.hpp"

namespace glusterconsul::gluster {
namespace {

using namespace std::chrono_literals;
using loopback::Glusterd;
using loopback::GlusterdMode;
using loopback::ReceivedCall;
using loopback::Scripted;
using EndKind = SessionEnd::Kind;
using Records = std::vector<RpcSession::Record>;

/// Answers every call with its own xid.
Scripted echo(const ReceivedCall& call) {
  return {loopback::reply(call.xid, loopback::words({call.xid}))};
}

Records pings(std::uint32_t first, std::uint32_t count) {
  Records calls;
  for (std::uint32_t i = 0; i < count; ++i) calls.push_back(encode_ping(first + i));
  return calls;
}

void run(std::span<RpcSession> sessions, milliseconds step = 300ms,
         milliseconds deadline = 10'000ms) {
  AddressBook addresses;
  const Cancel cancel;
  run_sessions(sessions, addresses, {step, Deadline::after(deadline)}, cancel);
}

RpcSession asked(const Endpoint& server, Records calls, RpcSession::NextCalls next = {}) {
  std::vector<RpcSession> sessions;
  sessions.emplace_back(server, std::move(calls), std::move(next));
  run(sessions);
  return std::move(sessions.front());
}

RpcSession asked_for_volfile(const Endpoint& server) {
  return asked(server, {encode_getspec(1, "g0")});
}

TEST(RpcSession, ReturnsReply) {
  for (const auto mode : {GlusterdMode::kServes, GlusterdMode::kFragments, GlusterdMode::kSlowly}) {
    const Glusterd server(mode);
    std::vector<RpcSession> sessions;
    sessions.emplace_back(server.endpoint(), Records{encode_getspec(1, "g0")});
    run(sessions, 5000ms);  // one answers byte by byte
    const auto& session = sessions.front();
    ASSERT_EQ(session.end()->kind, EndKind::kAnswered) << session.end()->detail;
    ASSERT_NE(session.reply(1), nullptr);
    EXPECT_TRUE(decode_getspec(*session.reply(1), 1).has_value());
    EXPECT_EQ(session.reply(2), nullptr);
  }
}

TEST(RpcSession, SendsManyCallsOverOneConnection) {
  const Glusterd server(echo);
  const auto session = asked(server.endpoint(), pings(1, 200));
  ASSERT_EQ(session.end()->kind, EndKind::kAnswered) << session.end()->detail;
  EXPECT_EQ(session.replies().size(), 200U);
  for (const auto& [xid, record] : session.replies()) EXPECT_TRUE(decode_ping(record, xid));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.calls(), 200);
}

TEST(RpcSession, LimitsCallsInFlight) {
  const Glusterd server([](const ReceivedCall&) { return Scripted{}; });
  const auto session = asked(server.endpoint(), pings(1, 200));
  EXPECT_EQ(session.end()->kind, EndKind::kNoAnswer);
  EXPECT_EQ(server.calls(), static_cast<int>(RpcSession::kInFlight));
}

TEST(RpcSession, AcceptsRepliesInAnyOrder) {
  const auto held = std::make_shared<std::string>();
  const Glusterd server([held](const ReceivedCall& call) {
    if (call.xid != 3) {
      *held = loopback::reply(call.xid, "") + *held;
      return Scripted{};
    }
    return Scripted{loopback::reply(3, "") + *held};
  });
  const auto session = asked(server.endpoint(), pings(1, 3));
  ASSERT_EQ(session.end()->kind, EndKind::kAnswered) << session.end()->detail;
  EXPECT_EQ(session.replies().size(), 3U);
}

TEST(RpcSession, AsksMoreAfterReplies) {
  const Glusterd server(echo);
  std::vector<std::size_t> seen;
  const auto session = asked(server.endpoint(), pings(1, 2), [&](const RpcSession::Replies& had) {
    seen.push_back(had.size());
    return had.size() == 2 ? pings(10, 3) : Records();
  });
  ASSERT_EQ(session.end()->kind, EndKind::kAnswered) << session.end()->detail;
  EXPECT_EQ(session.replies().size(), 5U);
  EXPECT_NE(session.reply(12), nullptr);
  EXPECT_THAT(seen, ::testing::ElementsAre(2, 5));
  EXPECT_EQ(server.connections(), 1);
}

struct Failure {
  const char* row;
  GlusterdMode mode;
  EndKind kind;
  const char* detail;
};
void PrintTo(const Failure& failure, std::ostream* out) {
  *out << failure.row;
}

class FailedSession : public ::testing::TestWithParam<Failure> {};

TEST_P(FailedSession, ReportsHowItEnded) {
  const Glusterd server(GetParam().mode);
  const auto session = asked_for_volfile(server.endpoint());
  EXPECT_EQ(session.end()->kind, GetParam().kind);
  EXPECT_EQ(session.end()->detail, GetParam().detail);
  EXPECT_TRUE(session.replies().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Servers, FailedSession,
    ::testing::Values(Failure{"NoResponse", GlusterdMode::kNoResponse, EndKind::kNoAnswer,
                              "connected, but no answer"},
                      Failure{"IncompleteAnswer", GlusterdMode::kIncompleteAnswer,
                              EndKind::kNoAnswer, "connected, but no answer"},
                      Failure{"HalfAndCloses", GlusterdMode::kHalfAndCloses, EndKind::kClosed,
                              "closed the connection before its answer was complete"},
                      Failure{"WrongXid", GlusterdMode::kWrongXid, EndKind::kBadReply,
                              "the answer is for another call"},
                      Failure{"HugeLength", GlusterdMode::kHugeLength, EndKind::kBadReply,
                              "the answer is too large (2147483647 bytes)"}),
    [](const auto& row) { return row.param.row; });

TEST(RpcSession, ReportsClosedConnection) {
  const Glusterd server(GlusterdMode::kCloses);
  EXPECT_EQ(asked_for_volfile(server.endpoint()).end()->kind, EndKind::kClosed);
}

Endpoint nobody() {
  const Glusterd ended(GlusterdMode::kServes);
  return ended.endpoint();
}

TEST(RpcSession, ReportsRefusedConnection) {
  const auto session = asked_for_volfile(nobody());
  EXPECT_EQ(session.end()->kind, EndKind::kRefused);
  EXPECT_EQ(session.end()->detail, "Connection refused");
}

TEST(RpcSession, DistinguishesNameWithoutAddressFromFailedLookup) {
  const auto end_of = [](std::string_view name) {
    return *asked_for_volfile({*Host::parse(name), 24007}).end();
  };
  const auto unknown = end_of(loopback::kUnknownName);
  EXPECT_EQ(unknown.kind, EndKind::kUnresolved);
  EXPECT_NE(unknown.detail, "");
  const auto failed = end_of(loopback::kTransientFailure);
  EXPECT_EQ(failed.kind, EndKind::kLookupFailed);
  EXPECT_NE(failed.detail, "");
  const loopback::HangingResolver resolver;
  EXPECT_EQ(end_of(loopback::HangingResolver::kName).kind, EndKind::kLookupFailed);
}

/// During its lifetime this process cannot open any more descriptors.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const UniqueFd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const rlimit none{static_cast<rlim_t>(lowest_free.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(RpcSession, ShortageOnThisMachineIsNotBlamedOnServer) {
  std::vector<RpcSession> sessions;
  sessions.emplace_back(Endpoint{*Host::parse("localhost"), 24007}, pings(1, 1));
  AddressBook addresses;
  const Cancel cancel;
  {
    const NoDescriptors shortage;
    run_sessions(sessions, addresses, {300ms, Deadline::after(10s)}, cancel);
  }
  EXPECT_EQ(sessions.front().end()->kind, EndKind::kNotAsked);
  EXPECT_NE(sessions.front().end()->detail, "");
}

TEST(RpcSession, KeepsRepliesBeforeFailure) {
  const Glusterd server([](const ReceivedCall& call) {
    return call.xid == 1 ? echo(call) : Scripted{.closes = true};
  });
  const auto session = asked(server.endpoint(), pings(1, 2));
  EXPECT_EQ(session.end()->kind, EndKind::kClosed);
  EXPECT_EQ(session.replies().size(), 1U);
}

TEST(RpcSession, RejectsDuplicateReply) {
  const Glusterd server([](const ReceivedCall& call) {
    return Scripted{loopback::reply(call.xid, "") + loopback::reply(call.xid, "")};
  });
  const auto session = asked(server.endpoint(), pings(1, 2));
  EXPECT_EQ(session.end()->kind, EndKind::kBadReply);
}

TEST(RpcSession, DistinguishesTlsFromOtherServers) {
  const auto greeted = [](GlusterdMode mode) {
    const Glusterd server(mode);
    std::vector<RpcSession> sessions;
    sessions.push_back(RpcSession::with_tls_greeting(server.endpoint()));
    run(sessions, 100ms);
    return sessions.front().end()->kind;
  };
  EXPECT_EQ(greeted(GlusterdMode::kTls), EndKind::kAnswered);
  EXPECT_EQ(greeted(GlusterdMode::kServes), EndKind::kNoAnswer);
  EXPECT_EQ(greeted(GlusterdMode::kCloses), EndKind::kClosed);
}

TEST(RunSessions, LimitsConnections) {
  const Glusterd server(GlusterdMode::kSlowly);
  std::vector<RpcSession> sessions;
  for (int i = 0; i < 150; ++i) {
    sessions.emplace_back(server.endpoint(), Records{encode_getspec(1, "g0")});
  }
  run(sessions, 5000ms);
  for (const auto& session : sessions) {
    EXPECT_EQ(session.end()->kind, EndKind::kAnswered) << session.end()->detail;
  }
  EXPECT_EQ(server.connections(), 150);
  EXPECT_LE(server.max_open(), static_cast<int>(kMaxSessionsAtOnce));
}

TEST(RunSessions, EndsAtDeadline) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  std::vector<RpcSession> sessions;
  for (int i = 0; i < 100; ++i) sessions.emplace_back(silent.endpoint(), pings(1, 1));
  run(sessions, 10s, 100ms);
  for (const auto& session : sessions) EXPECT_EQ(session.end()->kind, EndKind::kNotAsked);
}

TEST(RunSessions, KnowsNothingOfServerWhoseStepTheDeadlineCuts) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  const Glusterd good(echo);
  const loopback::HangingResolver resolver;
  std::vector<RpcSession> sessions;
  sessions.emplace_back(silent.endpoint(), pings(1, 1));
  sessions.emplace_back(good.endpoint(), pings(1, 1));
  sessions.emplace_back(Endpoint{*Host::parse(loopback::HangingResolver::kName), 24007},
                        pings(1, 1));
  run(sessions, 10s, 500ms);
  EXPECT_EQ(sessions[0].end()->kind, EndKind::kNotAsked);
  EXPECT_EQ(sessions[1].end()->kind, EndKind::kAnswered);
  EXPECT_EQ(sessions[2].end()->kind, EndKind::kNotAsked);
}

TEST(RunSessions, LimitsEachStep) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  std::vector<RpcSession> sessions;
  sessions.emplace_back(silent.endpoint(), pings(1, 1));
  const auto start = Clock::now();
  run(sessions, 50ms, 60s);
  EXPECT_LT(Clock::now() - start, 30s);
  EXPECT_EQ(sessions.front().end()->kind, EndKind::kNoAnswer);
}

TEST(RunSessions, EndsWhenCancelled) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  std::vector<RpcSession> sessions;
  sessions.emplace_back(silent.endpoint(), pings(1, 1));
  AddressBook addresses;
  Cancel cancel;
  cancel.request();
  const auto start = Clock::now();
  run_sessions(sessions, addresses, {60s, Deadline::after(60s)}, cancel);
  EXPECT_LT(Clock::now() - start, 30s);
  EXPECT_TRUE(sessions.front().end().has_value());
}

TEST(RunSessions, WithoutSessionsReturnsAtOnce) {
  run({});
}

TEST(AddressBook, LooksUpEachNameOnce) {
  AddressBook addresses;
  const Host localhost = *Host::parse("localhost");
  std::vector<pollfd> watched;
  while (!addresses.find(localhost)) {
    watched.clear();
    addresses.watch(watched);
    ASSERT_EQ(watched.size(), 1U);
    ASSERT_EQ(::poll(watched.data(), watched.size(), 10'000), 1);
  }
  watched.clear();
  addresses.watch(watched);
  EXPECT_TRUE(watched.empty());
  EXPECT_EQ(addresses.find(localhost)->value().front().text(), "127.0.0.1");
}

TEST(AddressBook, LimitsLookupsAtTheSameTime) {
  std::vector<RpcSession> sessions;
  for (int i = 0; i < 30; ++i) {
    const auto name = std::to_string(i) + "." + std::string(loopback::HangingResolver::kName);
    sessions.emplace_back(Endpoint{*Host::parse(name), 24007}, pings(1, 1));
  }
  const loopback::HangingResolver resolver;
  run(sessions, 100ms);
  EXPECT_LE(resolver.waiting(), 8);
  for (const auto& session : sessions) EXPECT_EQ(session.end()->kind, EndKind::kLookupFailed);
}

TEST(AddressBook, LookupsThatHangFitIntoTheService) {
  std::ifstream file(GLUSTERCONSUL_PROJECT "/systemd/glusterconsul-register.service");
  const std::string unit{std::istreambuf_iterator<char>(file), {}};
  const std::string setting = "\nTasksMax=";
  const auto at = unit.find(setting);
  ASSERT_NE(at, std::string::npos);
  // A lookup hangs for up to 30 s, in which there are three looks, each at servers and volumes.
  EXPECT_GE(std::stoul(unit.substr(at + setting.size())), 6 * AddressBook::kAtOnce + 2);
}

TEST(AddressBook, LookupThatNobodyWaitsForIsNotWatched) {
  AddressBook addresses;
  const Host localhost = *Host::parse("localhost");
  ASSERT_FALSE(addresses.find(localhost));
  std::vector<pollfd> watched;
  addresses.watch(watched);
  ASSERT_EQ(::poll(watched.data(), watched.size(), 10'000), 1);
  const Glusterd frozen(GlusterdMode::kNoResponse);
  std::vector<RpcSession> sessions;
  sessions.emplace_back(frozen.endpoint(), pings(1, 1));
  const Cancel cancel;
  run_sessions(sessions, addresses, {50ms, Deadline::after(10s)}, cancel);
  watched.clear();
  addresses.watch(watched);
  EXPECT_TRUE(watched.empty());
  EXPECT_TRUE(addresses.find(localhost));
}

TEST(AddressBook, KeepsAddresses) {
  AddressBook addresses;
  EXPECT_EQ(addresses.find(*Host::parse("10.0.0.1"))->value().front().text(), "10.0.0.1");
}

}  // namespace
}  // namespace glusterconsul::gluster
