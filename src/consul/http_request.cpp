#include "consul/http_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "consul/request_target.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

void add_location(RequestTarget& target, const ServiceName& service) {
  target.add("dc", service.datacenter);
  target.add("ns", service.consul_namespace);
  target.add("partition", service.partition);
  target.add("peer", service.peer);
}

bool only_its_definition_can_say(const ServiceQuery& query) {
  const auto& service = query.service;
  return !query.tags.empty() || !query.filter.empty() || !service.consul_namespace.empty() ||
         !service.partition.empty() || !service.peer.empty();
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_ascii_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 3))) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = (group << 8U) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      encoded += i <= bytes.size() ? kDigits[(group >> (18U - 6U * i)) & 0x3FU] : '=';
    }
  }
  return encoded;
}

Result<std::string> question_target(const ServiceQuery& query, Consistency consistency) {
  const auto& service = query.service;
  const bool is_prepared = service.kind == ServiceName::Kind::kPreparedQuery;
  if (is_prepared && only_its_definition_can_say(query)) {
    return fail(ErrorCode::kRejected,
                fmt::format("the prepared query '{}' cannot be narrowed by a tag, filter, "
                            "namespace, partition or peer",
                            service.name),
                "set them in the definition of the query");
  }
  const auto name = percent_encoded(service.name);
  RequestTarget target(is_prepared ? fmt::format("/v1/query/{}/execute", name)
                                   : fmt::format("/v1/health/service/{}", name));
  add_location(target, service);
  for (const auto& tag : query.tags) target.add("tag", tag);
  target.add("filter", query.filter);
  if (query.nearest_first) target.add("near", "_agent");
  if (consistency == Consistency::kStale) target.add_flag("stale");
  return target.text();
}

std::string catalog_target(const ServiceQuery& query) {
  RequestTarget target("/v1/catalog/services");
  add_location(target, query.service);
  return target.text();
}

std::string node_target(const ServiceQuery& query) {
  RequestTarget target("/v1/catalog/node/" + percent_encoded(query.service.name));
  add_location(target, query.service);
  return target.text();
}

std::string authorize_target(const ServiceQuery& query) {
  RequestTarget target("/v1/internal/acl/authorize");
  add_location(target, query.service);
  return target.text();
}

std::string authorize_body(std::string_view service) {
  const auto question = nlohmann::json::array({nlohmann::json::object(
      {{"Resource", "service"}, {"Access", "read"}, {"Segment", std::string(service)}})});
  // With `replace`, invalid UTF-8 does not throw an exception.
  return question.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace glusterconsul::consul
