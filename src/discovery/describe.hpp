#pragma once

#include <string>

#include "consul/query.hpp"
#include "gluster/probe.hpp"

namespace glusterconsul::discovery {

/// "gluster in dc2", "query gluster-any", "gluster with tag ssd".
[[nodiscard]] std::string describe_query(const consul::ServiceQuery& query);

/// "serves it (0.8 ms)", "refused (connection refused)", …: a probe's result for a person.
[[nodiscard]] std::string describe_probe(const gluster::ProbeResult& probe);

}  // namespace glusterconsul::discovery
