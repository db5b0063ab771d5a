#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "consul/agent_service.hpp"
#include "consul/http_exchange.hpp"
#include "consul/http_reply.hpp"
#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// What an agent has registered.
struct AgentState {
  std::vector<AgentService> services;
  std::vector<AgentCheck> checks;
};

/// The API of one agent for its own services (`/v1/agent`), over one connection. Every call returns
/// within the deadline or soon after a cancellation. Errors are those of HttpExchange and
/// judge_status(); kDenied has a hint that names the rule that the token needs. Reports each
/// request, and how it was answered, as steps.
class AgentClient {
 public:
  /// Errors: as for HttpExchange::open().
  [[nodiscard]] static Result<AgentClient> open(const HttpSettings& settings);

  /// The services and checks that the token may read.
  [[nodiscard]] Result<AgentState> state(const Context& context);

  /// Adds the service and its check, or replaces those of the same ID. Other checks of the service,
  /// such as that of maintenance, are kept.
  [[nodiscard]] Result<void> add(const ServiceRegistration& registration, const Context& context);

  /// Removes the service and all its checks. It is not an error if there is no such service.
  [[nodiscard]] Result<void> remove(const std::string& service_id, const Context& context);

  /// Sets the status and the output of a TTL check, and restarts its TTL. kUnknown if the agent
  /// has no such check. With the same status and output, nothing changes in the catalog.
  [[nodiscard]] Result<void> update(const std::string& check_id, std::string_view status,
                                    std::string_view output, const Context& context);

 private:
  AgentClient(HttpExchange exchange, const HttpSettings& settings);
  [[nodiscard]] Result<HttpReply> send(HttpExchange::Method method, const std::string& target,
                                       const std::string& body, const Context& context);
  [[nodiscard]] Result<std::string> get(const std::string& target, const Context& context);
  [[nodiscard]] Result<void> put(const std::string& target, const std::string& body,
                                 const Context& context);

  HttpExchange exchange_;
  HttpSettings settings_;
  Asked asked_;
};

/// Whether the reply to an update means that the agent has no such check: status 404, or 500 in
/// Consul 1.8 (docs/facts.md, "Agent's own services").
[[nodiscard]] bool lacks_check(const HttpReply& reply);

}  // namespace glusterconsul::consul
