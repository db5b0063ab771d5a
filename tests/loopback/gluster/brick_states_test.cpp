#include "gluster/brick_states.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <optional>

#include "gluster/command_line.hpp"
#include "loopback/gluster/glusterd.hpp"
#include "loopback/util/fake_resolver.hpp"

namespace glusterconsul::gluster {
namespace {

using namespace std::chrono_literals;
using loopback::Glusterd;
using loopback::GlusterdMode;
using loopback::ReceivedCall;
using loopback::Scripted;
using BrickKind = BrickState::Kind;
using Ports = std::map<std::string, Port>;

constexpr std::uint32_t kPortmap = 34123456;
constexpr std::uint32_t kHandshake = 14398633;

/// An address of this host, on which another run of the tests does not listen: glusterd's port is
/// fixed.
std::string own_address(int number) {
  return "127." + std::to_string(1 + (::getpid() >> 8) % 250) + "." +
         std::to_string(::getpid() % 256) + "." + std::to_string(number);
}

std::string path_in(const std::string& arguments) {
  return arguments.substr(4, static_cast<unsigned char>(arguments[3]));
}

/// A glusterd that knows the ports of its bricks; 0: the brick is not running.
loopback::Script with_ports(Ports ports, std::string volfile = "") {
  return [ports = std::move(ports), volfile = std::move(volfile)](const ReceivedCall& call) {
    using loopback::words;
    if (call.program == kHandshake) {
      return Scripted{
          loopback::reply(call.xid, words({0, 0}) + loopback::opaque(volfile) + words({0}))};
    }
    if (call.program != kPortmap) return Scripted{};
    const auto found = ports.find(path_in(call.arguments));
    const Port port = found == ports.end() ? Port{0} : found->second;
    return Scripted{loopback::reply(
        call.xid, port == 0 ? words({0xFFFFFFFF, 0, 0, 0}) : words({0, 0, 0, port}))};
  };
}

Scripted answer_ping(const ReceivedCall& call) {
  return {loopback::reply(call.xid, loopback::words({0, 0, 0}))};
}

Brick brick(const std::string& host, const std::string& path) {
  return {*Host::parse(host), path};
}

std::vector<BrickState> examined(const std::vector<Brick>& bricks, milliseconds step = 300ms) {
  AddressBook addresses;
  const Cancel cancel;
  return examine_bricks(bricks, addresses, {step, Deadline::after(20s)}, cancel);
}

TEST(ExamineBricks, AsksForAllPortsOfAHostOverOneConnection) {
  const auto address = own_address(1);
  const Glusterd brick_process(answer_ping);  // of both bricks, as with brick multiplexing
  const Glusterd server(with_ports({{"/b/1", 1}, {"/b/2", 2}}), address, kGlusterdPort);
  const auto states =
      examined({brick(address, "/b/1"), brick(address, "/b/2"), brick(address, "/b/3")});
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.calls(), 3);
  EXPECT_EQ(states[2].kind, BrickKind::kNotRunning);
  EXPECT_EQ(states[2].brick.path, "/b/3");
}

TEST(ExamineBricks, PingsEachPortOnce) {
  const auto address = own_address(2);
  const Glusterd process(answer_ping, address);
  const Glusterd server(with_ports({{"/b/1", process.port()}, {"/b/2", process.port()}}), address,
                        kGlusterdPort);
  const auto states = examined({brick(address, "/b/1"), brick(address, "/b/2")});
  EXPECT_EQ(process.calls(), 1);
  for (const auto& state : states) {
    EXPECT_EQ(state.kind, BrickKind::kAnswers);
    EXPECT_EQ(state.port, process.port());
    EXPECT_EQ(state.detail, "");
  }
}

struct BrickRow {
  const char* row;
  GlusterdMode process;
  BrickKind kind;
};
void PrintTo(const BrickRow& row, std::ostream* out) {
  *out << row.row;
}

class BrickProcess : public ::testing::TestWithParam<BrickRow> {};

TEST_P(BrickProcess, HasAState) {
  const auto address = own_address(3);
  const Glusterd process(GetParam().process, address);
  const Glusterd server(with_ports({{"/b", process.port()}}), address, kGlusterdPort);
  EXPECT_EQ(examined({brick(address, "/b")}).front().kind, GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
    Processes, BrickProcess,
    ::testing::Values(BrickRow{"Frozen", GlusterdMode::kNoResponse, BrickKind::kOnlyAccepts},
                      BrickRow{"Closes", GlusterdMode::kCloses, BrickKind::kOnlyAccepts},
                      BrickRow{"NotRpc", GlusterdMode::kGarbage, BrickKind::kOnlyAccepts},
                      BrickRow{"NoPings", GlusterdMode::kNoProgram, BrickKind::kOnlyAccepts},
                      BrickRow{"Tls", GlusterdMode::kTls, BrickKind::kAnswers}),
    [](const auto& row) { return row.param.row; });

TEST(ExamineBricks, ReportsRefusedPort) {
  const auto address = own_address(4);
  Port port = 0;
  {
    const Glusterd ended(GlusterdMode::kServes, address);
    port = ended.port();
  }
  const Glusterd server(with_ports({{"/b", port}}), address, kGlusterdPort);
  const auto state = examined({brick(address, "/b")}).front();
  EXPECT_EQ(state.kind, BrickKind::kRefused);
  EXPECT_EQ(state.port, port);
  EXPECT_EQ(state.detail, "Connection refused");
}

struct ServerRow {
  const char* row;
  std::optional<GlusterdMode> server;  ///< nothing: none is running
  BrickKind kind;
};
void PrintTo(const ServerRow& row, std::ostream* out) {
  *out << row.row;
}

class BrickHost : public ::testing::TestWithParam<ServerRow> {};

TEST_P(BrickHost, DecidesOnBrick) {
  const auto address = own_address(5);
  std::optional<Glusterd> server;
  if (GetParam().server) {
    // Only the scripted one can be started on a port.
    const auto mode = *GetParam().server;
    server.emplace(
        [mode](const ReceivedCall& call) {
          switch (mode) {
            case GlusterdMode::kCloses:
              return Scripted{.closes = true};
            case GlusterdMode::kIncompleteAnswer:
              return Scripted{loopback::reply(call.xid, loopback::words({0, 0}))};
            case GlusterdMode::kGarbage:
              return Scripted{"HTTP/1.1 400 Bad Request\r\n\r\n"};
            default:
              return Scripted{};
          }
        },
        address, kGlusterdPort);
  }
  const auto state = examined({brick(address, "/b")}).front();
  EXPECT_EQ(state.kind, GetParam().kind) << state.detail;
  EXPECT_EQ(state.port, kGlusterdPort);
  EXPECT_NE(state.detail, "");
}

INSTANTIATE_TEST_SUITE_P(
    Servers, BrickHost,
    ::testing::Values(
        ServerRow{"Refuses", std::nullopt, BrickKind::kNoGlusterd},
        ServerRow{"Frozen", GlusterdMode::kNoResponse, BrickKind::kGlusterdNoResponse},
        ServerRow{"Closes", GlusterdMode::kCloses, BrickKind::kUnknown},
        ServerRow{"AnswerTooShort", GlusterdMode::kIncompleteAnswer, BrickKind::kUnknown},
        ServerRow{"NotRpc", GlusterdMode::kGarbage, BrickKind::kUnknown}),
    [](const auto& row) { return row.param.row; });

TEST(ExamineBricks, DistinguishesHostWithoutAddressFromFailedLookup) {
  const auto states = examined({brick(std::string(loopback::kUnknownName), "/b"),
                                brick(std::string(loopback::kTransientFailure), "/b")});
  EXPECT_EQ(states[0].kind, BrickKind::kUnresolved);
  EXPECT_EQ(states[1].kind, BrickKind::kLookupFailed);
}

TEST(ExamineBricks, BoundsReplies) {
  const std::string more(8192, '\0');  // after a valid reply, as a newer version might send
  const auto address = own_address(8);
  const Glusterd process(
      [&](const ReceivedCall& call) {
        return Scripted{loopback::reply(call.xid, loopback::words({0, 0, 0}) + more)};
      },
      address);
  const Glusterd server(with_ports({{"/b", process.port()}}), address, kGlusterdPort);
  EXPECT_EQ(examined({brick(address, "/b")}).front().kind, BrickKind::kOnlyAccepts);
  const auto other = own_address(9);
  const Glusterd hostile(
      [&](const ReceivedCall& call) {
        return Scripted{loopback::reply(call.xid, loopback::words({0, 0, 0, 1}) + more)};
      },
      other, kGlusterdPort);
  const auto state = examined({brick(other, "/b")}).front();
  EXPECT_EQ(state.kind, BrickKind::kUnknown);
  EXPECT_EQ(state.detail, "the answer is too large (8232 bytes)");
}

TEST(ExamineBricks, OneFrozenHostDoesNotHideOthers) {
  const auto frozen = own_address(6);
  const auto good = own_address(7);
  const Glusterd silent([](const ReceivedCall&) { return Scripted{}; }, frozen, kGlusterdPort);
  const Glusterd process(answer_ping, good);
  const Glusterd server(with_ports({{"/b", process.port()}}), good, kGlusterdPort);
  const auto states = examined({brick(frozen, "/b"), brick(good, "/b")});
  EXPECT_EQ(states[0].kind, BrickKind::kGlusterdNoResponse);
  EXPECT_EQ(states[1].kind, BrickKind::kAnswers);
}

TEST(ExamineBricks, PingsTheKnownPortWithoutAskingGlusterd) {
  const auto address = own_address(10);
  const Glusterd process(answer_ping, address);
  auto known = brick(address, "/srv/ta");
  known.port = process.port();
  const auto states = examined({known, brick(address, "/b")});
  EXPECT_EQ(states[0].kind, BrickKind::kAnswers) << states[0].detail;
  EXPECT_EQ(states[0].port, process.port());
  EXPECT_EQ(states[1].kind, BrickKind::kNoGlusterd);
}

TEST(ExamineBricks, TakesBricksFromVolfile) {
  const Glusterd server(
      with_ports({},
                 "volume g0-client-0\n    type protocol/client\n    option remote-host "
                 "nosuch.invalid\n    option remote-subvolume /b\nend-volume\n"));
  const VolumePath path{*VolumeName::parse("g0"), "", ""};
  const Cancel cancel;
  const auto states = examine_bricks(server.endpoint(), path, 300ms, Deadline::after(20s), cancel);
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states.front().kind, BrickKind::kUnresolved);
  EXPECT_EQ(states.front().brick.path, "/b");
  const Glusterd other(GlusterdMode::kNoVolume);
  EXPECT_TRUE(examine_bricks(other.endpoint(), path, 300ms, Deadline::after(20s), cancel).empty());
  const Glusterd closes(GlusterdMode::kCloses);
  EXPECT_TRUE(examine_bricks(closes.endpoint(), path, 300ms, Deadline::after(20s), cancel).empty());
}

}  // namespace
}  // namespace glusterconsul::gluster
