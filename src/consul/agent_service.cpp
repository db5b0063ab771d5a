#include "consul/agent_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "consul/bounded_json.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Port port_of(const json& object) {
  const auto& value = member(object, "Port");
  if (!value.is_number_unsigned()) return 0;
  const auto number = value.get<std::uint64_t>();
  return number <= std::numeric_limits<Port>::max() ? static_cast<Port>(number) : Port{0};
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

AgentService service_of(const json& object) {
  AgentService service{.id = text_of(object, "ID"),
                       .name = text_of(object, "Service"),
                       .tags = {},
                       .meta = {},
                       .address = text_of(object, "Address"),
                       .port = port_of(object)};
  const auto& tags = member(object, "Tags");
  for (const auto& tag : tags.is_array() ? tags : json::array()) {
    if (tag.is_string()) service.tags.push_back(tag.get<std::string>());
  }
  const auto& meta = member(object, "Meta");
  if (!meta.is_object()) return service;
  for (const auto& [key, value] : meta.items()) {
    if (value.is_string()) service.meta.emplace(key, value.get<std::string>());
  }
  return service;
}

AgentCheck check_of(const json& object) {
  return {.id = text_of(object, "CheckID"),
          .service_id = text_of(object, "ServiceID"),
          .status = text_of(object, "Status"),
          .output = text_of(object, "Output"),
          .notes = text_of(object, "Notes")};
}

/// The values of the object with an ID, each converted by `convert`.
template <typename T>
Result<std::vector<T>> parse_list(std::string_view body, T (*convert)(const json&)) {
  TRY_ASSIGN(const auto document, parse_json(body));
  if (!document.is_object()) {
    return fail(ErrorCode::kBadReply, "the reply is not a JSON object");
  }
  std::vector<T> list;
  for (const auto& value : document) {
    auto entry = convert(value);
    if (!entry.id.empty()) list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

std::string check_id_of(std::string_view service_id) {
  return fmt::format("service:{}", service_id);
}

bool is_in_maintenance(const std::vector<AgentCheck>& checks, std::string_view service_id) {
  const auto id = service_id.empty() ? std::string("_node_maintenance")
                                     : fmt::format("_service_maintenance:{}", service_id);
  return std::any_of(checks.begin(), checks.end(),
                     [&](const AgentCheck& check) { return check.id == id; });
}

std::string register_body(const ServiceRegistration& registration) {
  const auto& service = registration.service;
  json body = {{"ID", service.id},
               {"Name", service.name},
               {"Tags", service.tags},
               {"Meta", service.meta},
               {"Port", service.port},
               {"Check",
                {{"CheckID", check_id_of(service.id)},
                 {"Name", registration.check_name},
                 {"Notes", registration.check_notes},
                 {"TTL", fmt::format("{}ms", registration.ttl.count())},
                 {"Status", registration.check_status}}}};
  if (!service.address.empty()) body["Address"] = service.address;
  return dumped(body);
}

std::string update_body(std::string_view status, std::string_view output) {
  return dumped({{"Status", status}, {"Output", output}});
}

Result<std::vector<AgentService>> parse_agent_services(std::string_view body) {
  return parse_list<AgentService>(body, &service_of);
}

Result<std::vector<AgentCheck>> parse_agent_checks(std::string_view body) {
  return parse_list<AgentCheck>(body, &check_of);
}

}  // namespace glusterconsul::consul
