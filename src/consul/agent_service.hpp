#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

// The agent's own services and checks, which it registers in the catalog: the bodies of its API
// below /v1/agent. Measured behaviour: docs/facts.md, "Agent's own services".

namespace glusterconsul::consul {

/// A service of the agent. Texts are foreign if they come from the agent.
struct AgentService {
  std::string id = {};
  std::string name = {};
  std::vector<std::string> tags = {};
  std::map<std::string, std::string, std::less<>> meta = {};
  std::string address = {};  ///< empty: the node's
  Port port = 0;             ///< 0: none
  friend bool operator==(const AgentService&, const AgentService&) = default;
};

/// A check of the agent. Texts are foreign.
struct AgentCheck {
  std::string id = {};
  std::string service_id = {};  ///< empty: of the node
  std::string status = {};      ///< "passing", "warning", "critical"
  std::string output = {};
  std::string notes = {};
  friend bool operator==(const AgentCheck&, const AgentCheck&) = default;
};

/// A service with one TTL check, as it is registered.
struct ServiceRegistration {
  AgentService service = {};
  std::string check_name = {};
  std::string check_notes = {};
  std::chrono::milliseconds ttl{0};
  /// For a new check; one that exists keeps its status and its output.
  std::string_view check_status = {};
};

/// The ID of the TTL check of a service. There is one for each service.
[[nodiscard]] std::string check_id_of(std::string_view service_id);

/// Whether the service, or the node if the ID is empty, is in maintenance (`consul maint`).
[[nodiscard]] bool is_in_maintenance(const std::vector<AgentCheck>& checks,
                                     std::string_view service_id);

/// The body of `PUT /v1/agent/service/register`. Bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string register_body(const ServiceRegistration& registration);
/// The body of `PUT /v1/agent/check/update/ID`.
[[nodiscard]] std::string update_body(std::string_view status, std::string_view output);

/// Parse the bodies of `/v1/agent/services` and `/v1/agent/checks`, which are limited as in
/// bounded_json.hpp. Entries that are not objects with an ID are skipped. kBadReply if the body is
/// not a JSON object.
[[nodiscard]] Result<std::vector<AgentService>> parse_agent_services(std::string_view body);
[[nodiscard]] Result<std::vector<AgentCheck>> parse_agent_checks(std::string_view body);

}  // namespace glusterconsul::consul
