#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/check_result.hpp"
#include "admin/server_state.hpp"
#include "admin/verdicts.hpp"
#include "admin/volume_meta.hpp"
#include "consul/agent_client.hpp"
#include "consul/agent_service.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"
#include "util/warning.hpp"

// Which instances a server should have in Consul: one for the server itself, and one for each
// volume, so that a broken volume takes only itself out.

namespace glusterconsul::admin {

struct RegistrationSettings {
  std::string service = "gluster";  ///< the name of the service, and the first part of each ID
  std::string address = {};         ///< to register; empty: the node's
  Port port = 24007;                ///< to register
  milliseconds interval{10'000};    ///< between two looks
  ServerPolicy server = {};
  VolumePolicy volume = {};
};

/// The time after which Consul makes an instance critical that is not updated: three looks, and at
/// least 30 s.
[[nodiscard]] milliseconds ttl_of(const RegistrationSettings& settings);

/// The services with this meta, and no others, are changed or removed.
inline constexpr const char* kOwnMeta = "glusterconsul";

/// The agent's service of that ID, or null.
[[nodiscard]] const consul::AgentService* find_service(const consul::AgentState& agent,
                                                       std::string_view id);

/// Whether `glusterconsul register` has registered this as an instance of the service.
[[nodiscard]] bool is_registration(const consul::AgentService& service, std::string_view name);

/// The instance of a server itself; `uuid` is empty if it is not known.
[[nodiscard]] consul::AgentService server_instance(const std::string& uuid,
                                                   const RegistrationSettings& settings);

/// Whether this is a registration of the same server as `instance`, which is one of its instances.
/// If several servers use one agent, each has a UUID and an address of its own; a server that was
/// installed anew still has its address, and one whose address was changed still has its UUID.
[[nodiscard]] bool is_of_same_server(const consul::AgentService& service,
                                     const consul::AgentService& instance);

/// The UUID of the server that registered this; empty if it was not known.
[[nodiscard]] std::string uuid_of(const consul::AgentService& service);

/// What was seen in one look.
struct Look {
  ServerState server = {};
  std::vector<VolumeState> volumes = {};  ///< parallel to server.volumes
};

/// An instance as it should be, and the result of its check.
struct WantedInstance {
  consul::AgentService service = {};
  CheckResult result = {};
  friend bool operator==(const WantedInstance&, const WantedInstance&) = default;
};

struct Wanted {
  std::vector<WantedInstance> instances;  ///< the server first, then its volumes
  /// Whether glusterd has listed its volumes. If not, nothing may be removed.
  bool is_complete = false;
  std::vector<Warning> warnings = {};  ///< about volumes that Consul's DNS cannot name
};

/// The instances that a server should have. If its glusterd does not answer, these are those that
/// it had (`known`: the instances of this server that were registered), as they were, with the
/// reason why it does not. A server with encrypted management traffic is registered without its
/// volumes, which cannot be seen.
[[nodiscard]] Wanted wanted_instances(const Look& look, std::span<const consul::AgentService> known,
                                      const RegistrationSettings& settings);

/// What is to be done with one wanted instance.
enum class Change {
  kNone,
  kAdd,      ///< the agent does not have it
  kReplace,  ///< the agent has it with other properties, or without its check
  kForeign,  ///< the agent has a service of that ID that is not of this server: it is left alone
};

[[nodiscard]] Change change_for(const consul::AgentService& wanted, const consul::AgentState& agent,
                                const RegistrationSettings& settings);

/// The IDs of the instances of this server that the agent has and that are not wanted; none if
/// `wanted` is not complete.
[[nodiscard]] std::vector<std::string> obsolete(const Wanted& wanted,
                                                const consul::AgentState& agent);

/// How the instance is registered.
[[nodiscard]] consul::ServiceRegistration registration_of(const WantedInstance& instance,
                                                          const RegistrationSettings& settings);

}  // namespace glusterconsul::admin
