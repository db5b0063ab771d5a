#pragma once

#include <string>
#include <utility>
#include <vector>

#include "admin/server_state.hpp"

namespace glusterconsul::admin {

using BrickKind = gluster::BrickState::Kind;
using VolumeType = gluster::VolumeInfo::Type;
using VolumeStatus = gluster::VolumeInfo::Status;

/// A started volume g0 with `count` bricks, of which brick N is glN:/srv/g0 and on server "uuid-N".
/// It is distributed; callers change that.
inline gluster::VolumeInfo started_volume(std::size_t count) {
  gluster::VolumeInfo info;
  info.name = "g0";
  info.type = VolumeType::kDistribute;
  info.status = gluster::VolumeInfo::Status::kStarted;
  info.set_count = static_cast<std::uint32_t>(count);
  for (std::size_t i = 1; i <= count; ++i) {
    info.bricks.push_back({"gl" + std::to_string(i), "/srv/g0", "uuid-" + std::to_string(i)});
  }
  return info;
}

/// The same with sets of replicas and these options.
inline gluster::VolumeInfo replicate(std::uint32_t sets, std::uint32_t replicas,
                                     decltype(gluster::VolumeInfo::options) options = {}) {
  auto info = started_volume(std::size_t{sets} * replicas);
  info.type = VolumeType::kReplicate;
  info.set_count = sets;
  info.replica_count = replicas;
  info.options = std::move(options);
  return info;
}

/// A letter for each brick: "+" answers, "-" is refused, "?" is unknown.
inline VolumeState volume_state(gluster::VolumeInfo info, const std::string& bricks) {
  VolumeState seen;
  seen.glusterd = GlusterdState::kAnswers;
  seen.uuid = "uuid-1";
  seen.exists = true;
  for (const char letter : bricks) {
    const auto kind = letter == '+'   ? BrickKind::kAnswers
                      : letter == '?' ? BrickKind::kUnknown
                                      : BrickKind::kRefused;
    seen.bricks.push_back({{*Host::parse("gl1"), "/srv/g0"}, kind, 0, {}});
  }
  seen.info = std::move(info);
  return seen;
}

/// Of a glusterd that does not list its volumes.
inline ServerState server_without_answer(GlusterdState state, std::string detail = "") {
  ServerState seen;
  seen.glusterd = state;
  seen.detail = std::move(detail);
  return seen;
}

inline VolumeState volume_without_answer(GlusterdState state, std::string detail = "") {
  VolumeState seen;
  seen.glusterd = state;
  seen.detail = std::move(detail);
  return seen;
}

}  // namespace glusterconsul::admin
