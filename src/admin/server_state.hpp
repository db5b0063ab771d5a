#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gluster/brick_states.hpp"
#include "gluster/volume_info.hpp"

namespace glusterconsul::admin {

/// How a glusterd took the questions.
enum class GlusterdState {
  kAnswers,     ///< it answered all requests
  kOnlyPings,   ///< it answers pings and nothing else: it is stuck in a transaction
  kRefused,     ///< connection refused
  kNoResponse,  ///< no connection, or no answer, within the time
  kClosed,      ///< it closed the connection without an answer
  kUnresolved,  ///< its name cannot be resolved, or not now
  kBadReply,    ///< no usable answer: incomplete, malformed, or there was too little time
  kEncrypted,   ///< management traffic is encrypted, and we have no key
};

/// What was seen of one server.
struct ServerState {
  GlusterdState glusterd = GlusterdState::kNoResponse;
  std::string detail;                        ///< the cause, for people; empty if it answers
  std::string uuid;                          ///< its own; empty if it is not known
  std::vector<gluster::Peer> peers;          ///< without itself
  std::vector<gluster::VolumeInfo> volumes;  ///< in glusterd's order
  /// The names of those that glusterd listed, but then reported not to have. They may have been
  /// deleted meanwhile, or glusterd failed to describe them: nothing is removed because of that.
  std::vector<std::string> undescribed = {};
};

/// What was seen of one volume, by one glusterd and by its bricks.
struct VolumeState {
  GlusterdState glusterd = GlusterdState::kNoResponse;
  std::string detail;   ///< the cause, for people; empty if it answers
  std::string uuid;     ///< of that glusterd; empty if it was not asked for, or is not known
  bool exists = false;  ///< if not, `info` and `bricks` are empty
  gluster::VolumeInfo info;
  std::vector<gluster::BrickState> bricks;                         ///< parallel to info.bricks
  std::optional<gluster::BrickState> thin_arbiter = std::nullopt;  ///< if the volume has one
};

}  // namespace glusterconsul::admin
