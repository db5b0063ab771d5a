#pragma once

#include <string>
#include <vector>

#include "consul/instance.hpp"
#include "discovery/candidate.hpp"
#include "discovery/choose.hpp"

namespace glusterconsul::discovery {

/// A passing instance, as registered by a healthy server.
inline consul::Instance instance(const std::string& node, const std::string& address,
                                 Port port = 24007) {
  consul::Instance made{node,  "gluster", *Host::parse(address),    port, {},
                        "dc1", 1,         consul::Health::kPassing, {},   {}};
  made.checks = {{"tcp", "Gluster TCP", consul::Health::kPassing, "connected"}};
  return made;
}

inline consul::Instance unhealthy(consul::Instance made, consul::Health health,
                                  const std::string& output) {
  made.health = health;
  made.checks.push_back({"peers", "Gluster peers", health, output});
  return made;
}

/// The instance with the ID `gluster:VOLUME` that is registered beside `instance()`.
inline consul::Instance of_volume(consul::Instance made, const std::string& volume,
                                  const std::string& id = "") {
  made.service_id = "gluster:" + volume;
  made.volume = {volume, id};
  made.checks = {{"volume", "volume " + volume, consul::Health::kPassing, "3 of 3 bricks"}};
  return made;
}

inline gluster::ProbeResult probed(gluster::Verdict verdict, int microseconds = 0) {
  gluster::ProbeResult result{verdict, {}, ""};
  if (microseconds > 0) result.round_trip = std::chrono::microseconds(microseconds);
  return result;
}

inline Candidate candidate(const std::string& node, const std::string& address,
                           gluster::Verdict verdict = gluster::Verdict::kServes,
                           int microseconds = 500) {
  return {instance(node, address), probed(verdict, microseconds), Outcome::kUsed};
}

/// The nodes of the servers in the order in which they are used.
inline std::vector<std::string> nodes(const Ranking& ranking) {
  std::vector<std::string> names;
  for (const auto index : ranking.order) names.push_back(ranking.candidates[index].instance.node);
  return names;
}

}  // namespace glusterconsul::discovery
