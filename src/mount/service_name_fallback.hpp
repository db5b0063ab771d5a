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
/// client finds new ones by it. Only if `consul-allow` lists it, and as `consul-backup-name` is
/// set: with `auto`, if the resolver knows the name, the options do not narrow what it stands for,
/// and Consul is not authenticated, since whoever answers for the name is not. None if the plan has
/// unusable addresses: the name may resolve to those too. Waits half a second at most.
[[nodiscard]] std::optional<HostName> service_name_fallback(const Task& task,
                                                            const discovery::Plan& plan,
                                                            System& system, const Context& context);

}  // namespace glusterconsul::mount
