#include "gluster/brick_states.hpp"

#include <utility>

#include "gluster/command_line.hpp"
#include "gluster/handshake.hpp"
#include "gluster/portmap.hpp"
#include "gluster/rpc_call.hpp"

namespace glusterconsul::gluster {
namespace {

using Kind = BrickState::Kind;

constexpr std::uint32_t kXid = 1;

std::vector<Brick> bricks_of(const Endpoint& server, const VolumePath& path,
                             const Deadline& deadline, const Cancel& cancel) {
  std::vector<RpcCall> calls;
  calls.emplace_back(server, encode_getspec(kXid, path.volfile_id()));
  run_calls(calls, deadline, cancel);
  if (calls.front().end()->kind != CallEnd::Kind::kReply) return {};
  const auto reply = decode_getspec(calls.front().end()->record, kXid);
  return reply ? volfile_bricks(reply->volfile, kMaxExaminedBricks) : std::vector<Brick>();
}

/// What the answer of the brick's glusterd says about it; kAnswers: it has a port.
void judge_glusterd(BrickState& state, const CallEnd& end) {
  state.port = kGlusterdPort;
  state.detail = end.detail;
  switch (end.kind) {
    case CallEnd::Kind::kReply:
      break;
    case CallEnd::Kind::kUnresolved:
      state.kind = Kind::kUnresolved;
      return;
    case CallEnd::Kind::kRefused:
    case CallEnd::Kind::kNoResponse:
      state.kind = Kind::kNoGlusterd;
      return;
    case CallEnd::Kind::kClosed:
      return;
  }
  const auto port = decode_port_by_brick(end.record, kXid);
  if (!port) return;
  state.kind = *port ? Kind::kAnswers : Kind::kNotRunning;
  state.port = port->value_or(0);
}

void judge_brick(BrickState& state, const CallEnd& end) {
  state.detail = end.detail;
  if (end.kind == CallEnd::Kind::kReply) return;
  state.kind = end.kind == CallEnd::Kind::kRefused ? Kind::kRefused : Kind::kNoResponse;
}

}  // namespace

std::vector<BrickState> examine_bricks(const Endpoint& server, const VolumePath& path,
                                       milliseconds step, const Deadline& deadline,
                                       const Cancel& cancel) {
  std::vector<BrickState> states;
  std::vector<RpcCall> calls;
  for (auto& brick : bricks_of(server, path, deadline.sooner(step), cancel)) {
    calls.emplace_back(Endpoint{brick.host, kGlusterdPort}, encode_port_by_brick(kXid, brick.path));
    states.push_back({std::move(brick), Kind::kUnknown, 0, {}});
  }
  run_calls(calls, deadline.sooner(step), cancel);
  std::vector<RpcCall> connections;
  std::vector<std::size_t> of_brick;
  for (std::size_t i = 0; i < states.size(); ++i) {
    judge_glusterd(states[i], *calls[i].end());
    if (states[i].kind != Kind::kAnswers) continue;
    connections.emplace_back(Endpoint{states[i].brick.host, states[i].port},
                             std::vector<std::byte>());
    of_brick.push_back(i);
  }
  run_calls(connections, deadline.sooner(step), cancel);
  for (std::size_t i = 0; i < of_brick.size(); ++i) {
    judge_brick(states[of_brick[i]], *connections[i].end());
  }
  return states;
}

}  // namespace glusterconsul::gluster
