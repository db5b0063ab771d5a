#pragma once

#include <optional>

#include "discovery/plan.hpp"
#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/host.hpp"

namespace glusterconsul::mount {

/// Starts to resolve the service's name, in the background, if service_name_fallback() depends on
/// whether the system's resolver knows it.
void begin_resolving(const Task& task, System& system);

/// The DNS name of the service, to be the client's last server: when all others are lost, the
/// client finds new ones through it. Used only if `consul-allow` lists it, and as
/// `consul-backup-name` specifies: with `auto`, only if the resolver knows the name, the options do
/// not narrow the servers that it stands for, and Consul is not authenticated, since answers for
/// the name are not. None if the plan has unusable addresses, since the name may resolve to those
/// as well. Waits at most half a second.
[[nodiscard]] std::optional<HostName> service_name_fallback(const Task& task,
                                                            const discovery::Plan& plan,
                                                            System& system, const Context& context);

}  // namespace glusterconsul::mount
