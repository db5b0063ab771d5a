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
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/report.hpp"
#include "util/warning.hpp"

namespace glusterconsul::discovery {

/// Asks servers for the volume: gluster::probe(), or a fake.
using Prober = std::function<std::vector<gluster::ProbeResult>(
    std::span<const Endpoint> servers, const gluster::VolumePath& path,
    const gluster::ProbeSettings& settings, const Deadline& deadline, const Cancel& cancel)>;

/// Which servers to mount from, and why: all that `lookup` explains.
struct Plan {
  std::string service;                              ///< "gluster", "gluster in dc2": for a person
  consul::Channel channel = consul::Channel::kDns;  ///< over which Consul named the candidates
  std::string via;  ///< "Consul over HTTP", "Consul over DNS", "the last known list"
  std::vector<Candidate> candidates;  ///< in Consul's order, of all fates
  /// The used ones, primary first, and those put off; empty after a failure.
  std::vector<std::size_t> order;
  std::vector<Warning> warnings;  ///< what had to be conceded
  /// At least one server showed that it serves, or nobody was asked.
  bool answered = false;
  bool from_cache = false;  ///< Consul was not heard

  /// The primary's, which is that of all.
  [[nodiscard]] Port port() const { return candidates.at(order.front()).instance.port; }
  /// The servers' hosts, primary first.
  [[nodiscard]] std::vector<Host> hosts() const;
  /// The hosts of the volume's bricks, each once, as the servers that were asked told them, that
  /// may be used; at most gluster::kMaxBrickHosts. None if a server on this machine is not
  /// trusted: names are not resolved, so one of them may be this machine.
  [[nodiscard]] std::vector<Host> brick_hosts() const;
  /// Whether an instance has an address that no server can have, or one of this machine where an
  /// ordinary user answers or could: the service's name in DNS may have it, too.
  [[nodiscard]] bool has_unusable_address() const;
};

/// What a plan is made from.
struct PlanInputs {
  const config::Settings& settings;
  const consul::ServiceQuery& query;
  const gluster::VolumePath& path;
  std::string machine_id;
  gluster::ProbeMethod probe = gluster::ProbeMethod::kVolume;
  milliseconds probe_timeout{0};  ///< may be longer than the setting's on a later try
  std::optional<CachedServers> cached;
  WallClock::time_point wall_now;
  std::optional<Port> port = std::nullopt;  ///< `server-port=`: in place of each registered one
};

/// Look-up, health, probe, order: once, within `deadline`. `plan` is made anew and, where it
/// fails, holds what was learnt until then, for an explanation. A look-up takes at
/// most `consul-timeout`. Steps go to `report`. Nobody answering the probe is no failure here:
/// `answered` says it.
[[nodiscard]] Result<void> make_plan(Plan& plan, ConsulClient& consul_client, const Prober& prober,
                                     const PlanInputs& inputs, const Deadline& deadline,
                                     const Cancel& cancel, const Report& report);

/// So many servers that serve are enough to stop waiting for the rest: half of
/// them, since one that is dead must not cost every mount the whole probe time-out, but at least
/// one and at most `consul-servers`.
[[nodiscard]] std::size_t enough_servers(std::size_t candidates, std::size_t most);

/// "gluster in dc2", "query gluster-any", "gluster with tag ssd".
[[nodiscard]] std::string describe_query(const consul::ServiceQuery& query);

/// "serves g0 (0.8 ms)", "refused (connection refused)", …: a probe's result for a person.
[[nodiscard]] std::string describe_probe(const gluster::ProbeResult& probe);

}  // namespace glusterconsul::discovery
