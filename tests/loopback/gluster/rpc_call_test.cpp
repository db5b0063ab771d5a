#include "gluster/rpc_call.hpp"

#include <gtest/gtest.h>

#include "gluster/handshake.hpp"
#include "loopback/gluster/glusterd.hpp"

namespace glusterconsul::gluster {
namespace {

using namespace std::chrono_literals;
using loopback::Glusterd;
using loopback::GlusterdMode;
using Kind = CallEnd::Kind;

CallEnd called(const Endpoint& server, bool only_connects = false) {
  std::vector<RpcCall> calls;
  calls.emplace_back(server, only_connects ? std::vector<std::byte>() : encode_getspec(1, "g0"));
  const Cancel cancel;
  run_calls(calls, Deadline::after(300ms), cancel);
  return *calls.front().end();
}

TEST(RpcCall, ReturnsReply) {
  for (const auto mode : {GlusterdMode::kServes, GlusterdMode::kFragments}) {
    const Glusterd server(mode);
    const auto end = called(server.endpoint());
    ASSERT_EQ(end.kind, Kind::kReply) << end.detail;
    EXPECT_TRUE(decode_getspec(end.record, 1).has_value());
  }
}

TEST(RpcCall, OnlyConnectsWithoutCall) {
  const Glusterd server(GlusterdMode::kNoResponse);
  EXPECT_EQ(called(server.endpoint(), true).kind, Kind::kReply);
  EXPECT_EQ(server.calls(), 0);
}

TEST(RpcCall, ReportsHowItFailed) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  EXPECT_EQ(called(silent.endpoint()).detail, "connected, but no answer");
  const Glusterd closes(GlusterdMode::kCloses);
  EXPECT_EQ(called(closes.endpoint()).kind, Kind::kClosed);
  const Glusterd huge(GlusterdMode::kHugeLength);
  EXPECT_EQ(called(huge.endpoint()).kind, Kind::kClosed);
  Endpoint nobody = silent.endpoint();
  {
    const Glusterd ended(GlusterdMode::kServes);
    nobody.port = ended.port();
  }
  const auto refused = called(nobody);
  EXPECT_EQ(refused.kind, Kind::kRefused);
  EXPECT_EQ(refused.detail, "Connection refused");
}

TEST(RpcCall, ReportsUnresolvedName) {
  const auto end = called({*Host::parse("nosuch.invalid"), 24007});
  EXPECT_EQ(end.kind, Kind::kUnresolved);
  EXPECT_NE(end.detail, "");
}

TEST(RpcCall, EndsWhenCancelled) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  std::vector<RpcCall> calls;
  calls.emplace_back(silent.endpoint(), encode_getspec(1, "g0"));
  Cancel cancel;
  cancel.request();
  const auto start = Clock::now();
  run_calls(calls, Deadline::after(10s), cancel);
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_EQ(calls.front().end()->kind, Kind::kNoResponse);
}

}  // namespace
}  // namespace glusterconsul::gluster
