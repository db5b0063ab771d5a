#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "util/error.hpp"
#include "util/peer_owner.hpp"

namespace glusterconsul::consul {

/// Whether `user` is a system account (util/system_account.hpp), `agent_user` or `caller`, the user
/// who runs this program (identified_caller()).
[[nodiscard]] bool is_trusted_user(uid_t user, std::optional<uid_t> agent_user,
                                   std::optional<uid_t> caller);

/// Returns an error unless the process at the other end is trusted to answer as Consul: it must be
/// on another machine, or run as root, a system account, `agent_user` or `caller`. Any local user
/// can bind Consul's ports while the agent is down, and whoever answers as Consul chooses the
/// servers. kUntrusted names `where` and, if it is known, the user; kUnreachable if the peer closed
/// the connection before it could be identified.
[[nodiscard]] std::optional<Error> judge_agent(const PeerOwner& owner,
                                               std::optional<uid_t> agent_user,
                                               std::optional<uid_t> caller,
                                               const std::string& where);

/// The user that `consul-agent-user=` specifies: a number, or a name that the system can resolve
/// (which may query the network, getpwnam(3)). None if `name` is empty; kUsage if there is no such
/// user.
[[nodiscard]] Result<std::optional<uid_t>> find_agent_user(const std::string& name);

/// Identifies the peer of a connected socket and judges it as judge_agent() does; none if the peer
/// is trusted.
[[nodiscard]] std::optional<Error> refuse_peer(int socket, const std::string& agent_user,
                                               const std::string& where);

}  // namespace glusterconsul::consul
