#pragma once

#include <string>
#include <vector>

#include "consul/agent_client.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// The IDs of the instances of the service that `glusterconsul register` has registered with this
/// agent: all of them, or only those of the server `uuid` unless that is empty. kAmbiguous if they
/// are of several servers and none is chosen.
[[nodiscard]] Result<std::vector<std::string>> registered_ids(const consul::AgentState& agent,
                                                              const std::string& service,
                                                              const std::string& uuid);

}  // namespace glusterconsul::admin
