#pragma once

#include <vector>

#include "config/settings.hpp"
#include "consul/query.hpp"
#include "consul/service_name.hpp"
#include "util/error.hpp"

namespace glusterconsul::config {

/// Adds what the name in the SPEC itself specifies (data centre, namespace, partition, peer, tag)
/// to the list, with the origin "SPEC".
void add_name(std::vector<InForce>& in_force, const consul::ServiceName& name);

/// The query that the name in the SPEC and the settings describe. kUsage if both specify a data
/// centre, namespace, partition or peer, but different ones.
[[nodiscard]] Result<consul::ServiceQuery> make_query(const consul::ServiceName& name,
                                                      const Settings& settings);

}  // namespace glusterconsul::config
