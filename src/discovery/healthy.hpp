#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "discovery/candidate.hpp"
#include "util/allowed_hosts.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::discovery {

/// The candidates after the health check, in Consul's order.
struct Healthy {
  std::vector<Candidate> candidates;  ///< one for each instance, with its outcome
  std::optional<Warning> warning;     ///< if instances in the warning state had to be used
  std::optional<Error> problem;       ///< kUnhealthy or kNotAllowed if no candidate is kUsed
};

/// Skips the instances that `allowed` rejects: they are not probed, and their health does not
/// count. If none is left, the problem is kNotAllowed and names the addresses.
///
/// Of the others, keeps those that the policy allows: `passing` accepts warning instances, with a
/// warning, if no instance is passing or of unknown health; `warning` accepts both; `any` accepts
/// all. Of several instances with the same address and port, only the healthiest is kept. If none
/// is left, the problem names each instance with its failing check. `service` is for the messages.
///
/// An instance that is registered for another volume than `volume` is kOtherRegistration, and its
/// health does not count: see instances_for_volume(). An empty `volume` accepts all.
[[nodiscard]] Healthy keep_healthy(const std::vector<consul::Instance>& instances,
                                   config::HealthPolicy policy, const std::string& service,
                                   const AllowedHosts& allowed = {},
                                   const std::string& volume = {});

/// The reason that an instance is kImpossible, printable: "127.0.0.1 is a loopback address", "gl1
/// resolves to 127.0.0.1, a loopback address".
[[nodiscard]] std::string why_impossible(const Candidate& candidate);

/// The reason that an instance is kUntrusted, printable: "port 24007 on this machine belongs to
/// user 1000 (alice)".
[[nodiscard]] std::string why_untrusted(const Candidate& candidate);

/// why_impossible() with the node's name: "gl1 (127.0.0.1 is a loopback address)".
[[nodiscard]] std::string describe_impossible(const Candidate& candidate);

/// "critical (Gluster TCP: dial tcp 10.0.0.1:24007: connection refused)": the state and the first
/// check in that state, with the first line of its output; printable. Just "passing" for a passing
/// instance.
[[nodiscard]] std::string describe_health(const consul::Instance& instance);

}  // namespace glusterconsul::discovery
