#include "consul/agent_client.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "consul/http_address.hpp"
#include "consul/http_request.hpp"
#include "consul/reply_secrets.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

using Method = HttpExchange::Method;

constexpr long kNotFound = 404;

/// The advice of judge_status() is about queries.
std::optional<Error> refusal(const HttpReply& reply, const Asked& asked) {
  auto error = judge_status(reply, asked, std::chrono::system_clock::now());
  if (!error || error->transient) return error;
  if (error->code == ErrorCode::kDenied) {
    error->hint =
        "the token needs 'write' for the service and 'read' for this node: see "
        "/usr/share/doc/glusterconsul/examples/consul/server-policy.hcl";
  } else if (error->code == ErrorCode::kUnavailable) {
    error->hint = "remove /v1/agent from the agent's http_config.block_endpoints";
  }
  return error;
}

template <typename T>
Result<T> from_agent(Result<T> parsed, const Asked& asked) {
  if (!parsed) return with_context(parsed.error(), asked.where);
  return parsed;
}

}  // namespace

bool lacks_check(const HttpReply& reply) {
  if (reply.status == kNotFound) return true;
  return reply.status >= 500 &&
         (reply.body.find("does not have associated TTL") != std::string::npos ||
          reply.body.find("Unknown check") != std::string::npos);
}

AgentClient::AgentClient(HttpExchange exchange, const HttpSettings& settings)
    : exchange_(std::move(exchange)),
      settings_(settings),
      asked_{where_of(settings), !settings.token.empty()} {}

Result<AgentClient> AgentClient::open(const HttpSettings& settings) {
  TRY_ASSIGN(auto exchange, HttpExchange::open(settings));
  return AgentClient(std::move(exchange), settings);
}

Result<HttpReply> AgentClient::send(Method method, const std::string& target,
                                    const std::string& body, const Context& context) {
  context.report.step(fmt::format("asking {}: {} {}", asked_.where,
                                  method == Method::kPut ? "PUT" : "GET", target));
  auto reply = exchange_.send(method, target, body, context.deadline, context.cancel);
  if (reply) hide_secrets(*reply, settings_);
  context.report.step(reply ? fmt::format("{} answered with status {}, {}", asked_.where,
                                          reply->status, count_of(reply->body.size(), "byte"))
                            : reply.error().message);
  return reply;
}

Result<std::string> AgentClient::get(const std::string& target, const Context& context) {
  TRY_ASSIGN(auto reply, send(Method::kGet, target, "", context));
  if (const auto error = refusal(reply, asked_)) return fail(*error);
  return std::move(reply.body);
}

Result<void> AgentClient::put(const std::string& target, const std::string& body,
                              const Context& context) {
  TRY_ASSIGN(const auto reply, send(Method::kPut, target, body, context));
  if (const auto error = refusal(reply, asked_)) return fail(*error);
  return {};
}

Result<AgentState> AgentClient::state(const Context& context) {
  AgentState state;
  TRY_ASSIGN(const auto services, get("/v1/agent/services", context));
  TRY_ASSIGN(state.services, from_agent(parse_agent_services(services), asked_));
  TRY_ASSIGN(const auto checks, get("/v1/agent/checks", context));
  TRY_ASSIGN(state.checks, from_agent(parse_agent_checks(checks), asked_));
  return state;
}

Result<void> AgentClient::add(const ServiceRegistration& registration, const Context& context) {
  return put("/v1/agent/service/register", register_body(registration), context);
}

Result<void> AgentClient::remove(const std::string& service_id, const Context& context) {
  TRY_ASSIGN(const auto reply,
             send(Method::kPut, "/v1/agent/service/deregister/" + percent_encoded(service_id), "",
                  context));
  if (reply.status == kNotFound) return {};  // Consul 1.8 answers with 200 instead
  if (const auto error = refusal(reply, asked_)) return fail(*error);
  return {};
}

Result<void> AgentClient::update(const std::string& check_id, std::string_view status,
                                 std::string_view output, const Context& context) {
  TRY_ASSIGN(const auto reply,
             send(Method::kPut, "/v1/agent/check/update/" + percent_encoded(check_id),
                  update_body(status, output), context));
  if (lacks_check(reply)) {
    return fail(ErrorCode::kUnknown, fmt::format("{} no longer has the check '{}'", asked_.where,
                                                 shortened(check_id, 100)));
  }
  if (const auto error = refusal(reply, asked_)) return fail(*error);
  return {};
}

}  // namespace glusterconsul::consul
