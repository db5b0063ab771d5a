#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "discovery/candidate.hpp"
#include "discovery/consul_client.hpp"
#include "discovery/server_cache.hpp"
#include "gluster/probe.hpp"
#include "gluster/volume_path.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::discovery {

/// Asks servers for the volume: gluster::probe(), or a fake.
using Prober = std::function<std::vector<gluster::ProbeResult>(
    std::span<const Endpoint> servers, const gluster::VolumePath& path,
    const gluster::ProbeSettings& settings, const Context& context)>;

/// Which servers to mount from, and why: all that `lookup` explains.
struct Plan {
  std::string service;                              ///< "gluster", "gluster in dc2": for a person
  consul::Channel channel = consul::Channel::kDns;  ///< over which Consul named the candidates
  std::string via;                    ///< "Consul over HTTP", "Consul over DNS", "the cached list"
  std::vector<Candidate> candidates;  ///< in Consul's order, with every outcome
  /// The used ones, primary first, then the demoted ones; empty after a failure.
  std::vector<std::size_t> order;
  std::vector<Warning> warnings;  ///< what is not as it was asked for
  /// At least one server showed that it serves, or nobody was asked.
  bool answered = false;
  bool from_cache = false;  ///< Consul did not answer

  /// The primary's, which is that of all.
  [[nodiscard]] Port port() const { return candidates.at(order.front()).instance.port; }
  /// The servers' hosts, primary first.
  [[nodiscard]] std::vector<Host> hosts() const;
  /// The brick hosts that may be used, each once, as the probed servers named them; at most
  /// gluster::kMaxBrickHosts. None if a server on this machine is not trusted: names are not
  /// resolved, so one of them may be this machine.
  [[nodiscard]] std::vector<Host> brick_hosts() const;
  /// Whether an instance has an address that no server can have, or one of this machine at which an
  /// ordinary user answers or could: the service's name in DNS may have it too.
  [[nodiscard]] bool has_unusable_address() const;
};

/// What a plan is made from.
struct PlanInputs {
  const config::Settings& settings;
  const consul::ServiceQuery& query;
  const gluster::VolumePath& path;
  std::string machine_id;
  gluster::ProbeMethod probe = gluster::ProbeMethod::kVolume;
  milliseconds probe_timeout{0};  ///< the setting's, or longer on a retry
  std::optional<CachedServers> cached;
  WallClock::time_point wall_now;
  std::optional<Port> port = std::nullopt;  ///< `server-port=`: in place of each registered one
};

/// A plan, as far as it was made, and why it was not made to its end.
struct PlanOutcome {
  Plan plan;
  std::optional<Error> problem;
};

/// Lookup, health, probe, order: once, within the deadline, of which the lookup takes at most
/// `consul-timeout`. After a failure the plan holds what was learned until then, for an
/// explanation. It is not a failure if no server answers the probe: then `answered` is false.
[[nodiscard]] PlanOutcome make_plan(ConsulClient& consul_client, const Prober& prober,
                                    const PlanInputs& inputs, const Context& context);

/// How many servers that serve are enough to stop waiting for the rest: half of them, since a dead
/// one must not cost every mount the whole probe timeout, but at least one and at most
/// `consul-servers`.
[[nodiscard]] std::size_t enough_servers(std::size_t candidates, std::size_t most);

}  // namespace glusterconsul::discovery
