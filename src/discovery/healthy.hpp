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

/// The candidates, in Consul's order.
struct Healthy {
  std::vector<Candidate> candidates;  ///< one for each instance, with its outcome
  std::optional<Warning> warning;     ///< if unhealthy ones had to be used
  std::optional<Error> problem;       ///< kUnhealthy or kNotAllowed if no candidate is kUsed
};

/// Skips what `allowed` rejects: that is not probed, and its health does not count. If nothing is
/// left then, the problem is kNotAllowed and names the addresses.
///
/// Of the rest, keeps what the policy allows: `passing` takes warning instances, with a warning, if
/// nothing passes; `warning` takes both; `any` takes all. A duplicate of address and port is
/// skipped, the less healthy one. If nothing is left, the problem names each instance with its
/// failing check. `service` is for the messages.
[[nodiscard]] Healthy keep_healthy(const std::vector<consul::Instance>& instances,
                                   config::HealthPolicy policy, const std::string& service,
                                   const AllowedHosts& allowed = {});

/// "127.0.0.1 is a loopback address", "gl1 resolves to 127.0.0.1, a loopback address": of an
/// instance that is kImpossible; printable.
[[nodiscard]] std::string why_impossible(const Candidate& candidate);

/// "24007 on this machine belongs to user 1000 (alice)", of an instance that is kUntrusted;
/// printable.
[[nodiscard]] std::string why_untrusted(const Candidate& candidate);

/// "gl1 (127.0.0.1 is a loopback address)", with the node's name.
[[nodiscard]] std::string describe_impossible(const Candidate& candidate);

/// "critical (Gluster TCP: dial tcp 10.0.0.1:24007: connection refused)": the state and the first
/// check in that state with the first line of its output, printable. Just "passing" if
/// it is.
[[nodiscard]] std::string describe_health(const consul::Instance& instance);

}  // namespace glusterconsul::discovery
