#pragma once

#include <string>
#include <vector>

#include "admin/registration.hpp"

// What a server with some volumes shows, for the tests of its registration.

namespace glusterconsul::admin {

inline gluster::VolumeInfo volume_info(const std::string& name) {
  using Info = gluster::VolumeInfo;
  Info info;
  info.name = name;
  info.id = "id-of-" + name;
  info.type = Info::Type::kReplicate;
  info.status = Info::Status::kStarted;
  info.replica_count = 3;
  for (const auto* host : {"gl1", "gl2", "gl3"}) {
    info.bricks.push_back({.host = host, .path = "/srv/" + name, .uuid = host});
  }
  return info;
}

inline VolumeState volume_state(const gluster::VolumeInfo& info) {
  VolumeState state;
  state.glusterd = GlusterdState::kAnswers;
  state.exists = true;
  state.info = info;
  for (const auto& brick : info.bricks) {
    state.bricks.push_back({.brick = {*Host::parse(brick.host), brick.path},
                            .kind = gluster::BrickState::Kind::kAnswers,
                            .port = 49152,
                            .detail = {}});
  }
  return state;
}

/// A server whose glusterd and volumes are healthy.
inline Look healthy(const std::vector<std::string>& volumes) {
  Look look;
  look.server.glusterd = GlusterdState::kAnswers;
  look.server.uuid = "uuid-of-gl1";
  for (const auto& name : volumes) {
    look.server.volumes.push_back(volume_info(name));
    look.volumes.push_back(volume_state(look.server.volumes.back()));
  }
  return look;
}

/// The same with one volume stopped.
inline Look with_stopped(Look look, std::size_t volume) {
  look.server.volumes[volume].status = gluster::VolumeInfo::Status::kStopped;
  look.volumes[volume].info.status = gluster::VolumeInfo::Status::kStopped;
  return look;
}

/// A server whose glusterd does not answer.
inline Look without_glusterd(GlusterdState state = GlusterdState::kRefused) {
  Look look;
  look.server.glusterd = state;
  look.server.detail = "connection refused";
  return look;
}

/// An agent on which this look was registered, with passing checks.
inline consul::AgentState registered(const Look& look, const RegistrationSettings& settings) {
  consul::AgentState agent;
  for (const auto& wanted : wanted_instances(look, {}, settings).instances) {
    const auto registration = registration_of(wanted, settings);
    agent.services.push_back(wanted.service);
    agent.checks.push_back({.id = consul::check_id_of(wanted.service.id),
                            .service_id = wanted.service.id,
                            .status = std::string(status_name(wanted.result.status)),
                            .output = wanted.result.output,
                            .notes = registration.check_notes});
  }
  return agent;
}

}  // namespace glusterconsul::admin
