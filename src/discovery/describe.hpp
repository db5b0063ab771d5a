#pragma once

#include <string>

#include "consul/query.hpp"
#include "gluster/probe.hpp"

namespace glusterconsul::discovery {

/// "gluster in dc2", "query gluster-any", "gluster with tag ssd".
[[nodiscard]] std::string describe_query(const consul::ServiceQuery& query);

/// The result of a probe, for messages: "serves it (0.8 ms)", "refused (connection refused)", ….
[[nodiscard]] std::string describe_probe(const gluster::ProbeResult& probe);

}  // namespace glusterconsul::discovery
