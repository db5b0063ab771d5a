#pragma once

#include <string>
#include <vector>

#include "consul/agent_client.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// The IDs of the instances of the service that `glusterconsul register` has registered with this
/// agent: all of them, or only those of the server `uuid` unless that is empty. kAmbiguous if they
/// are of several servers and none is chosen.
[[nodiscard]] Result<std::vector<std::string>> registered_ids(const consul::AgentState& agent,
                                                              const std::string& service,
                                                              const std::string& uuid);

/// What remove_instances() did.
struct Deregistration {
  std::vector<std::string> removed = {};  ///< IDs
  std::vector<Error> problems = {};       ///< about the others
};

/// Removes these instances. If the agent rejects one, the others are removed all the same; if it
/// does not respond, the rest is not tried.
[[nodiscard]] Deregistration remove_instances(const std::vector<std::string>& ids,
                                              consul::AgentClient& agent, const Context& context);

}  // namespace glusterconsul::admin
