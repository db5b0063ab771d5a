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

/// Probes servers for the volume: gluster::probe(), or a fake.
using Prober = std::function<std::vector<gluster::ProbeResult>(
    std::span<const Endpoint> servers, const gluster::VolumePath& path,
    const gluster::ProbeSettings& settings, const Context& context)>;

/// Which servers to mount from, and why: everything that `lookup` explains.
struct Plan {
  std::string service;                              ///< "gluster", "gluster in dc2": for messages
  consul::Channel channel = consul::Channel::kDns;  ///< over which Consul named the candidates
  std::string via;                    ///< "Consul over HTTP", "Consul over DNS", "the cached list"
  std::vector<Candidate> candidates;  ///< in Consul's order, with every outcome
  /// Indices of the used candidates, primary first, then the demoted ones; empty after a failure.
  std::vector<std::size_t> order;
  std::vector<Warning> warnings;  ///< about what differs from what was requested
  /// At least one server showed that it serves, or probing is off.
  bool answered = false;
  bool from_cache = false;  ///< Consul did not answer

  /// The port of the primary, which all servers share.
  [[nodiscard]] Port port() const { return candidates.at(order.front()).instance.port; }
  /// The servers' hosts, primary first.
  [[nodiscard]] std::vector<Host> hosts() const;
  /// The brick hosts that may be used, without duplicates, as reported by the probed servers; at
  /// most gluster::kMaxBrickHosts. None if a server on this machine is untrusted: names are not
  /// resolved, so one of them may be this machine.
  [[nodiscard]] std::vector<Host> brick_hosts() const;
  /// Whether an instance has an address that no server can have, or one of this machine where an
  /// ordinary user answers or could, or is registered only for other volumes: the service's name in
  /// DNS may lead to that address as well.
  [[nodiscard]] bool has_unusable_address() const;
};

/// The inputs of make_plan().
struct PlanInputs {
  const config::Settings& settings;
  const consul::ServiceQuery& query;
  const gluster::VolumePath& path;
  std::string machine_id;
  gluster::ProbeMethod probe = gluster::ProbeMethod::kVolume;
  milliseconds probe_timeout{0};  ///< the setting, or longer on a retry
  std::optional<CachedServers> cached;
  WallClock::time_point wall_now;
  std::optional<Port> port = std::nullopt;  ///< `server-port=`: replaces each registered one
};

/// A plan, as far as it was made, and the reason if it is incomplete.
struct PlanOutcome {
  Plan plan;
  std::optional<Error> problem;
};

/// Performs lookup, health check, probe and ordering once, within the deadline; the lookup takes at
/// most `consul-timeout`. After a failure, the plan contains what is known so far, for an
/// explanation. If no server responds to the probe, this is not a failure, but `answered` is false.
[[nodiscard]] PlanOutcome make_plan(ConsulClient& consul_client, const Prober& prober,
                                    const PlanInputs& inputs, const Context& context);

/// How many servers must serve before we stop waiting for the rest: half of them, so that a dead
/// server does not cost every mount the whole probe timeout, but at least one and at most
/// `consul-servers`.
[[nodiscard]] std::size_t enough_servers(std::size_t candidates, std::size_t most);

}  // namespace glusterconsul::discovery
