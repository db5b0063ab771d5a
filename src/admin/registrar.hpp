#pragma once

#include <optional>

#include "admin/registration.hpp"
#include "admin/registration_watch.hpp"
#include "consul/agent_client.hpp"
#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// Looks at a server and its volumes (checks.hpp), each within `step`. Errors are those of
/// look_at_server().
[[nodiscard]] Result<Look> look_at_gluster(const Endpoint& glusterd, milliseconds step,
                                           const Context& context);

/// Whether the agent has rejected this one request, so that others may succeed.
[[nodiscard]] bool is_about_one_request(const Error& error);

/// Carries out a turn: adds, updates, removes. If the agent rejects one of these, the others are
/// carried out all the same, and the first error is returned; if it does not respond, the rest is
/// left to the next turn. A check that the agent has lost in the meantime is not an error.
[[nodiscard]] Result<void> carry_out(const Turn& turn, consul::AgentClient& agent,
                                     RegistrationWatch& watch, const Context& context);

/// The glusterd to look at, and the agent to register its volumes with.
struct RegistrationPlace {
  Endpoint glusterd;
  consul::HttpSettings agent;
  milliseconds step{3000};  ///< for the server, for its volumes, and for the agent
};

/// What a look led to.
struct LookOutcome {
  std::optional<Turn> turn = {};  ///< none if the state of the agent is not known
  std::optional<Error> problem = {};
};

/// Looks, and brings the agent up to date, over a connection of its own. A failure of the agent is
/// a value; errors are those of look_at_server(), and kInterrupted.
[[nodiscard]] Result<LookOutcome> look_and_register(const RegistrationPlace& place,
                                                    RegistrationWatch& watch,
                                                    const Context& context);

}  // namespace glusterconsul::admin
