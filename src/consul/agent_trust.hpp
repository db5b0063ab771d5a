#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "util/error.hpp"
#include "util/peer_owner.hpp"

namespace glusterconsul::consul {

/// A system account (util/system_account.hpp), `agent_user`, or the user who runs this program.
[[nodiscard]] bool is_trusted_user(uid_t user, std::optional<uid_t> agent_user, uid_t caller);

/// Whether the process at the other end may answer for Consul: it is on another machine, or
/// is run by root, a system account, `agent_user`, or the user who runs this program.
/// Any local user can bind Consul's ports while the agent is down, and whoever
/// answers for Consul chooses the servers. kUntrusted names the user and `where`;
/// kUnreachable if the peer has closed the connection before it could be identified.
[[nodiscard]] std::optional<Error> judge_agent(const PeerOwner& owner,
                                               std::optional<uid_t> agent_user, uid_t caller,
                                               const std::string& where);

/// The user of `consul-agent-user=`: a number, or a name that the system knows (which may
/// ask the network, getpwnam(3)). None if `name` is empty; kUsage if there is no such user.
[[nodiscard]] Result<std::optional<uid_t>> find_agent_user(const std::string& name);

/// Asks the kernel about a connected socket and judges its peer; none if it may answer.
[[nodiscard]] std::optional<Error> refuse_peer(int socket, const std::string& agent_user,
                                               const std::string& where);

}  // namespace glusterconsul::consul
