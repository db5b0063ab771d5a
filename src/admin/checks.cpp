#include "admin/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "gluster/address_book.hpp"
#include "gluster/management.hpp"
#include "gluster/ping.hpp"
#include "gluster/rpc_session.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

using gluster::RpcSession;
using gluster::SessionEnd;
using gluster::VolumeInfo;
using gluster::VolumeName;
using End = SessionEnd::Kind;

constexpr std::uint32_t kListVolume = 1;
constexpr std::uint32_t kListFriends = 2;
constexpr std::uint32_t kFirstVolume = 3;

/// A server that had less time than this to answer may only be slow: it is unknown, not down.
constexpr milliseconds kMinStep{300};

constexpr milliseconds kPingLimit{500};

/// A healthy glusterd answers within milliseconds; docs/facts.md, "glusterd's read-only calls". One
/// that is busy has all the time but what a ping needs, which would show that it is stuck; other
/// glusterds and bricks have a fifth of what is left.
milliseconds limit_of_question(const Context& context) {
  return std::max(context.deadline.remaining() - kPingLimit, kMinStep);
}
milliseconds limit_of_brick(const Context& context) {
  return std::clamp(context.deadline.remaining() / 5, kMinStep, milliseconds(700));
}

/// How a glusterd took the questions, and its replies.
struct Asked {
  GlusterdState state;
  std::string detail;
  RpcSession session;
};

Result<void> run(RpcSession& session, gluster::AddressBook& addresses, milliseconds step,
                 const Context& context) {
  gluster::run_sessions({&session, 1}, addresses, {step, context.deadline}, context.cancel);
  if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  const auto& end = *session.end();
  if (end.kind == End::kNotAsked && !context.deadline.expired()) {
    return fail(ErrorCode::kSystem, "this machine cannot open a connection: " + end.detail);
  }
  return {};
}

Result<bool> answers(RpcSession session, gluster::AddressBook& addresses, const Context& context) {
  TRY(run(session, addresses, kPingLimit, context));
  return session.end()->kind == End::kAnswered;
}

GlusterdState state_of(End end) {
  switch (end) {
    case End::kAnswered:
      return GlusterdState::kAnswers;
    case End::kUnresolved:
    case End::kLookupFailed:
      return GlusterdState::kUnresolved;
    case End::kRefused:
      return GlusterdState::kRefused;
    case End::kClosed:
      return GlusterdState::kClosed;
    case End::kBadReply:
    case End::kNotAsked:
      return GlusterdState::kBadReply;
    case End::kNoConnection:
    case End::kNoAnswer:
      return GlusterdState::kNoResponse;
  }
  return GlusterdState::kNoResponse;
}

/// A glusterd that is stuck in a transaction answers neither LIST_VOLUME nor GET_VOLUME.
bool is_not_stuck(const RpcSession& session) {
  return std::any_of(session.replies().begin(), session.replies().end(),
                     [](const auto& reply) { return reply.first != kListFriends; });
}

Result<Asked> ask(const Endpoint& glusterd, RpcSession session, gluster::AddressBook& addresses,
                  const Context& context) {
  TRY(run(session, addresses, limit_of_question(context), context));
  auto state = state_of(session.end()->kind);
  auto detail = session.end()->detail;
  const bool is_over =
      session.end()->kind == End::kNoAnswer || session.end()->kind == End::kNotAsked;
  if (is_over && is_not_stuck(session)) {
    state = GlusterdState::kBadReply;
    detail = "it did not answer all requests in time";
  } else if (session.end()->kind == End::kNoAnswer) {
    TRY_ASSIGN(const bool pings,
               answers(RpcSession(glusterd, {gluster::encode_ping(1)}), addresses, context));
    if (pings) {
      state = GlusterdState::kOnlyPings;
      detail = "it answers pings, but not requests";
    }
  } else if (session.end()->kind == End::kClosed || session.end()->kind == End::kBadReply) {
    TRY_ASSIGN(const bool is_tls,
               answers(RpcSession::with_tls_greeting(glusterd), addresses, context));
    if (is_tls) {
      state = GlusterdState::kEncrypted;
      detail = "its management traffic is encrypted";
    }
  }
  return Asked{state, std::move(detail), std::move(session)};
}

/// The volume in a reply to GET_VOLUME; nothing if there is no such volume.
Result<std::optional<VolumeInfo>> described(const RpcSession::Record& record, std::uint32_t xid,
                                            const std::string& name) {
  TRY_ASSIGN(const auto reply, gluster::decode_get_volume(record, xid));
  switch (gluster::has_volume(reply)) {
    case gluster::HasVolume::kNo:
      return std::nullopt;
    case gluster::HasVolume::kUnknown:
      return fail(ErrorCode::kBadReply, "it did not describe the volume");
    case gluster::HasVolume::kYes:
    case gluster::HasVolume::kNotStarted:
      break;
  }
  TRY_ASSIGN(auto info, gluster::read_volume_info(reply.dictionary));
  if (info.name != name) return fail(ErrorCode::kBadReply, "it described another volume");
  return info;
}

/// What the replies say about the pool and its volumes.
Result<void> read_server(const RpcSession& session, ServerState& seen) {
  TRY_ASSIGN(const auto pool,
             gluster::decode_list_friends(*session.reply(kListFriends), kListFriends));
  for (const auto& peer : pool) {
    if (gluster::is_itself(peer)) {
      seen.uuid = peer.uuid;
    } else {
      seen.peers.push_back(peer);
    }
  }
  TRY_ASSIGN(const auto names,
             gluster::decode_list_volume(*session.reply(kListVolume), kListVolume));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto xid = static_cast<std::uint32_t>(kFirstVolume + i);
    auto info = described(*session.reply(xid), xid, names[i]);
    if (!info) return with_context(info.error(), fmt::format("volume {}", names[i]));
    if (*info) {
      seen.volumes.push_back(**std::move(info));
    } else {
      seen.undescribed.push_back(names[i]);
    }
  }
  return {};
}

std::vector<RpcSession::Record> questions_about_volumes(const RpcSession::Replies& replies) {
  std::vector<RpcSession::Record> calls;
  if (replies.size() != 2) return calls;  // they have been asked
  const auto names = gluster::decode_list_volume(replies.at(kListVolume), kListVolume);
  if (!names) return calls;
  for (const auto& name : *names) {
    const auto xid = static_cast<std::uint32_t>(kFirstVolume + calls.size());
    calls.push_back(gluster::encode_get_volume(xid, *VolumeName::parse(name)));
  }
  return calls;
}

/// Its own UUID; empty if it was not asked for.
Result<std::string> own_uuid_in(const RpcSession& session) {
  const auto* record = session.reply(kListFriends);
  if (record == nullptr) return std::string();
  TRY_ASSIGN(const auto pool, gluster::decode_list_friends(*record, kListFriends));
  const auto own = std::find_if(pool.begin(), pool.end(), gluster::is_itself);
  if (own == pool.end()) return fail(ErrorCode::kBadReply, "it did not list itself");
  return own->uuid;
}

VolumeState read_volume(const Asked& asked, std::uint32_t xid, const VolumeName& name) {
  VolumeState state;
  state.glusterd = asked.state;
  state.detail = asked.detail;
  const auto* reply = asked.session.reply(xid);
  if (reply == nullptr) return state;
  state.glusterd = GlusterdState::kAnswers;
  state.detail.clear();
  auto uuid = own_uuid_in(asked.session);
  auto info = described(*reply, xid, name.text());
  if (!info || !uuid) {
    state.glusterd = GlusterdState::kBadReply;
    state.detail = (info ? uuid.error() : info.error()).message;
    return state;
  }
  state.uuid = *std::move(uuid);
  state.exists = info->has_value();
  if (*info) state.info = **std::move(info);
  return state;
}

/// The state of a brick before it is examined. It has a detail, and is not examined, if its name is
/// not a host name or the volume is not started.
gluster::BrickState before(const VolumeInfo::Brick& brick, const VolumeInfo& volume) {
  using Kind = gluster::BrickState::Kind;
  auto host = Host::parse(brick.host);
  if (!host) {
    // Reserved (RFC 2606), so that nobody has this name.
    return {{*Host::parse("invalid"), brick.path}, Kind::kUnresolved, 0, "it is not a host name"};
  }
  return {{*std::move(host), brick.path},
          Kind::kUnknown,
          0,
          volume.status == VolumeInfo::Status::kStarted ? "" : "the volume is not started"};
}

/// Examines the bricks and thin arbiters of all volumes at the same time.
void examine(std::vector<VolumeState>& states, gluster::AddressBook& addresses,
             const Context& context) {
  std::vector<gluster::BrickState*> examined;
  for (auto& state : states) {
    const auto& volume = state.info;
    for (const auto& brick : volume.bricks) state.bricks.push_back(before(brick, volume));
    if (volume.thin_arbiter) {
      state.thin_arbiter = before(*volume.thin_arbiter, volume);
      state.thin_arbiter->brick.port = gluster::thin_arbiter_port(volume);
    }
    const auto add = [&](gluster::BrickState& brick) {
      if (brick.detail.empty()) examined.push_back(&brick);
    };
    for (auto& brick : state.bricks) add(brick);
    if (state.thin_arbiter) add(*state.thin_arbiter);
  }
  std::vector<gluster::Brick> bricks;
  for (const auto* state : examined) bricks.push_back(state->brick);
  auto found = gluster::examine_bricks(bricks, addresses,
                                       {limit_of_brick(context), context.deadline}, context.cancel);
  for (std::size_t i = 0; i < examined.size(); ++i) *examined[i] = std::move(found[i]);
}

}  // namespace

Result<ServerState> look_at_server(const Endpoint& glusterd, const Context& context) {
  gluster::AddressBook addresses;
  RpcSession session(
      glusterd,
      {gluster::encode_list_volume(kListVolume), gluster::encode_list_friends(kListFriends)},
      questions_about_volumes);
  TRY_ASSIGN(auto asked, ask(glusterd, std::move(session), addresses, context));
  ServerState seen;
  seen.glusterd = asked.state;
  seen.detail = std::move(asked.detail);
  if (asked.state != GlusterdState::kAnswers) return seen;
  const auto read = read_server(asked.session, seen);
  if (read) return seen;
  ServerState misunderstood;
  misunderstood.glusterd = GlusterdState::kBadReply;
  misunderstood.detail = read.error().message;
  return misunderstood;
}

Result<std::vector<VolumeState>> look_at_volumes(const Endpoint& glusterd,
                                                 std::span<const VolumeName> volumes,
                                                 const Context& context,
                                                 const VolumeQuestion& question) {
  if (volumes.empty()) return std::vector<VolumeState>();
  std::vector<RpcSession::Record> calls;
  for (const auto& volume : volumes) {
    const auto xid = static_cast<std::uint32_t>(kFirstVolume + calls.size());
    calls.push_back(gluster::encode_get_volume(xid, volume));
  }
  if (question.own_uuid == OwnUuid::kAsk)
    calls.push_back(gluster::encode_list_friends(kListFriends));
  gluster::AddressBook addresses;
  const auto asking = question.limit ? context.sooner(*question.limit) : context;
  TRY_ASSIGN(const auto asked,
             ask(glusterd, RpcSession(glusterd, std::move(calls)), addresses, asking));
  std::vector<VolumeState> states;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    states.push_back(read_volume(asked, static_cast<std::uint32_t>(kFirstVolume + i), volumes[i]));
  }
  examine(states, addresses, context);
  if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  return states;
}

Result<VolumeState> look_at_volume(const Endpoint& glusterd, const VolumeName& volume,
                                   const Context& context, const VolumeQuestion& question) {
  TRY_ASSIGN(auto states, look_at_volumes(glusterd, {&volume, 1}, context, question));
  return std::move(states.front());
}

}  // namespace glusterconsul::admin
