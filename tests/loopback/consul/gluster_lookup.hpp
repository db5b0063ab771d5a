#pragma once

#include <string>
#include <vector>

#include "consul/instance.hpp"
#include "consul/query.hpp"

// The lookup that the tests of the clients of Consul make.

namespace glusterconsul::consul {

inline constexpr const char* kName = "gluster.service.consul";
inline constexpr Port kFallback = 24007;

inline ServiceQuery gluster_query() {
  ServiceQuery query;
  query.service.name = "gluster";
  return query;
}

/// HOST:PORT of each instance.
inline std::vector<std::string> places_of(const LookupResult& answer) {
  std::vector<std::string> places;
  for (const auto& instance : answer.instances) {
    places.push_back(to_string(Endpoint{instance.host, instance.port}));
  }
  return places;
}

}  // namespace glusterconsul::consul
