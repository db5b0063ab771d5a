#pragma once

#include <vector>

#include "config/settings.hpp"
#include "consul/query.hpp"
#include "consul/service_name.hpp"
#include "util/error.hpp"

namespace glusterconsul::config {

/// Puts what the name of the SPEC sets itself (data centre, namespace, partition,
/// peer, tag) into the list, with the origin "SPEC".
void add_name(std::vector<InForce>& in_force, const consul::ServiceName& name);

/// The question that the name of the SPEC and the settings make. If both set a data centre,
/// namespace, partition or peer and they differ, it is kUsage.
[[nodiscard]] Result<consul::ServiceQuery> make_query(const consul::ServiceName& name,
                                                      const Settings& settings);

}  // namespace glusterconsul::config
