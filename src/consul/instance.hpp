#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/host.hpp"

namespace glusterconsul::consul {

/// Ordered from best to worst, so that the worst of several is their maximum. kUnknown: DNS and the
/// cached list do not contain it; such an instance is used like a passing one.
enum class Health { kPassing, kUnknown, kWarning, kCritical };

/// "passing", "unknown", "warning", "critical".
[[nodiscard]] std::string_view name_of(Health health);

/// One health check. `name` and `output` are foreign text, bounded in length by the parser.
struct Check {
  std::string id;
  std::string name;
  Health status = Health::kCritical;
  std::string output;
  friend bool operator==(const Check&, const Check&) = default;
};

/// The volume that an instance is registered for, as `glusterconsul register` writes it to the
/// instance's metadata: the keys `gluster_volume` and `gluster_volume_id`. Foreign text, as in
/// Check; `name` is empty for an instance that is not registered for a single volume.
struct RegisteredVolume {
  std::string name;
  std::string id;  ///< may be empty
  friend bool operator==(const RegisteredVolume&, const RegisteredVolume&) = default;
};

/// One instance of a service.
struct Instance {
  std::string node;        ///< foreign text, as are `service_id` and `tags`
  std::string service_id;  ///< empty if the answer came from DNS
  Host host;               ///< Service.Address, or Node.Address if that is empty
  Port port = 0;           ///< never 0 after parsing
  std::vector<std::string> tags;
  std::string datacenter;
  unsigned weight = 1;               ///< for its current health (Service.Weights); at least 1
  Health health = Health::kPassing;  ///< the worst of its checks; passing if it has none
  std::vector<Check> checks;         ///< empty if the answer came from DNS
  RegisteredVolume volume = {};      ///< empty if the answer came from DNS
  friend bool operator==(const Instance&, const Instance&) = default;
};

/// The maximum number of instances of one reply that are used.
inline constexpr std::size_t kMaxInstances = 10'000;

/// The approximate size of an instance in memory, in bytes.
[[nodiscard]] std::size_t memory_of(const Instance& instance);

/// The maximum number of skipped entries of one reply that are described.
inline constexpr std::size_t kMaxSkippedNamed = 3;

/// Counts an entry that cannot be used in `skipped`, and adds its description to `named` if it is
/// one of the first kMaxSkippedNamed.
void note_skipped(std::size_t& skipped, std::string& named, std::string_view description);

/// The result of one lookup.
struct LookupResult {
  std::vector<Instance> instances;  ///< in Consul's order
  std::size_t skipped = 0;          ///< entries that could not be parsed
  /// Descriptions of the first kMaxSkippedNamed, separated by "; "; empty if none was skipped.
  std::string first_skipped;
  bool knows_health = false;  ///< HTTP: unhealthy instances are included, with their checks
  std::optional<std::chrono::milliseconds> stale;  ///< answered without a leader: age of the data
  std::string datacenter;                          ///< prepared query: where the instances are
  std::string peer;        ///< prepared query: the cluster peer of the instances
  unsigned failovers = 0;  ///< prepared query: how many data centres were empty before
};

}  // namespace glusterconsul::consul
