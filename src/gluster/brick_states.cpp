#include "gluster/brick_states.hpp"

#include <map>
#include <utility>

#include "gluster/command_line.hpp"
#include "gluster/handshake.hpp"
#include "gluster/ping.hpp"
#include "gluster/portmap.hpp"

namespace glusterconsul::gluster {
namespace {

using Kind = BrickState::Kind;
using End = SessionEnd::Kind;

constexpr std::uint32_t kXid = 1;
/// Of a port or a ping, which has a few words.
constexpr std::size_t kMaxShortReply = 4096;

/// What the end of a session with the glusterd of a brick's host, and that of a ping, say about the
/// brick. An end without a row says nothing.
struct Meaning {
  End end;
  Kind of_glusterd;
  Kind of_ping;
};

constexpr Meaning kMeanings[] = {
    {End::kAnswered, Kind::kUnknown, Kind::kAnswers},
    {End::kUnresolved, Kind::kUnresolved, Kind::kUnresolved},
    {End::kLookupFailed, Kind::kLookupFailed, Kind::kLookupFailed},
    {End::kRefused, Kind::kNoGlusterd, Kind::kRefused},
    {End::kNoConnection, Kind::kNoGlusterd, Kind::kNoResponse},
    {End::kNoAnswer, Kind::kGlusterdNoResponse, Kind::kOnlyAccepts},
    {End::kClosed, Kind::kUnknown, Kind::kOnlyAccepts},
    {End::kBadReply, Kind::kUnknown, Kind::kOnlyAccepts},
};

Meaning meaning(End end) {
  for (const auto& row : kMeanings) {
    if (row.end == end) return row;
  }
  return {end, Kind::kUnknown, Kind::kUnknown};
}

/// Sessions with several servers, and the bricks that each is about.
struct Round {
  std::vector<RpcSession> sessions;
  std::vector<std::vector<std::size_t>> bricks;  ///< parallel to `sessions`, indices

  void add(RpcSession session, std::vector<std::size_t> about) {
    sessions.push_back(std::move(session));
    bricks.push_back(std::move(about));
  }
};

/// The xid of the question about the port of this brick.
std::uint32_t xid_for(std::size_t brick) {
  return static_cast<std::uint32_t>(brick) + kXid;
}

Round port_questions(std::span<const Brick> bricks) {
  std::map<Host, std::vector<std::size_t>> of_host;
  for (std::size_t i = 0; i < bricks.size(); ++i) {
    if (!bricks[i].port) of_host[bricks[i].host].push_back(i);
  }
  Round round;
  for (auto& [host, about] : of_host) {
    std::vector<RpcSession::Record> calls;
    for (const auto i : about) calls.push_back(encode_port_by_brick(xid_for(i), bricks[i].path));
    round.add(
        RpcSession({host, kGlusterdPort}, std::move(calls)).with_replies_up_to(kMaxShortReply),
        std::move(about));
  }
  return round;
}

/// What the glusterd of its host says about a brick; kAnswers: it has a port.
void judge_glusterd(BrickState& state, const RpcSession& session, std::uint32_t xid) {
  state.port = kGlusterdPort;
  if (const auto* reply = session.reply(xid)) {
    const auto port = decode_port_by_brick(*reply, xid);
    if (!port) {
      state.detail = port.error().message;
      return;
    }
    state.kind = *port ? Kind::kAnswers : Kind::kNotRunning;
    state.port = port->value_or(0);
    return;
  }
  state.kind = meaning(session.end()->kind).of_glusterd;
  state.detail = session.end()->detail;
}

/// Bricks of one process (cluster.brick-multiplex) share their port.
Round pings(std::span<const BrickState> states) {
  std::map<Endpoint, std::vector<std::size_t>> of_port;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].kind != Kind::kAnswers) continue;
    of_port[{states[i].brick.host, states[i].port}].push_back(i);
  }
  Round round;
  for (auto& [port, about] : of_port) {
    round.add(RpcSession(port, {encode_ping(kXid)}).with_replies_up_to(kMaxShortReply),
              std::move(about));
  }
  return round;
}

void judge(std::vector<BrickState>& states, const std::vector<std::size_t>& bricks,
           const SessionEnd& end) {
  for (const auto i : bricks) {
    states[i].kind = meaning(end.kind).of_ping;
    states[i].detail = end.detail;
  }
}

/// How a ping ended; the reply must be one to a ping.
SessionEnd end_of_ping(const RpcSession& session) {
  const auto* reply = session.reply(kXid);
  if (reply == nullptr) return *session.end();
  const auto pinged = decode_ping(*reply, kXid);
  return pinged ? SessionEnd{End::kAnswered} : SessionEnd{End::kBadReply, pinged.error().message};
}

/// What can be a port with TLS.
bool could_be_tls(const SessionEnd& end) {
  return end.kind == End::kClosed || end.kind == End::kBadReply;
}

}  // namespace

std::vector<BrickState> examine_bricks(std::span<const Brick> bricks, AddressBook& addresses,
                                       const SessionLimits& limits, const Cancel& cancel) {
  std::vector<BrickState> states;
  for (const auto& brick : bricks) {
    states.push_back(
        {brick, brick.port ? Kind::kAnswers : Kind::kUnknown, brick.port.value_or(0), {}});
  }
  auto ports = port_questions(bricks);
  run_sessions(ports.sessions, addresses, limits, cancel);
  for (std::size_t i = 0; i < ports.sessions.size(); ++i) {
    for (const auto brick : ports.bricks[i]) {
      judge_glusterd(states[brick], ports.sessions[i], xid_for(brick));
    }
  }
  auto pinged = pings(states);
  run_sessions(pinged.sessions, addresses, limits, cancel);
  Round greeted;
  for (std::size_t i = 0; i < pinged.sessions.size(); ++i) {
    const auto end = end_of_ping(pinged.sessions[i]);
    judge(states, pinged.bricks[i], end);
    if (!could_be_tls(end)) continue;
    const auto& first = states[pinged.bricks[i].front()];
    greeted.add(RpcSession::with_tls_greeting({first.brick.host, first.port}), pinged.bricks[i]);
  }
  run_sessions(greeted.sessions, addresses, limits, cancel);
  for (std::size_t i = 0; i < greeted.sessions.size(); ++i) {
    const auto& end = *greeted.sessions[i].end();
    if (end.kind == End::kAnswered) judge(states, greeted.bricks[i], end);
  }
  return states;
}

std::vector<BrickState> examine_bricks(const Endpoint& server, const VolumePath& path,
                                       milliseconds step, const Deadline& deadline,
                                       const Cancel& cancel) {
  const SessionLimits limits{step, deadline};
  AddressBook addresses;
  std::vector<RpcSession> sessions;
  sessions.push_back(RpcSession(server, {encode_getspec(kXid, path.volfile_id())}));
  run_sessions(sessions, addresses, limits, cancel);
  const auto* record = sessions.front().reply(kXid);
  if (record == nullptr) return {};
  const auto reply = decode_getspec(*record, kXid);
  if (!reply) return {};
  return examine_bricks(volfile_bricks(reply->volfile, kMaxExaminedBricks), addresses, limits,
                        cancel);
}

}  // namespace glusterconsul::gluster
