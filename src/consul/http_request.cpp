#include "consul/http_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

/// Collects `name=value` pairs after a path; pairs with an empty value are skipped.
class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}

  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    add_flag(name);
    text_ += '=';
    text_ += percent_encoded(value);
  }
  void add_flag(std::string_view name) {
    text_ += std::exchange(separator_, '&');
    text_ += name;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  char separator_ = '?';
};

void add_location(Target& target, const ServiceName& service) {
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
  Target target(is_prepared ? fmt::format("/v1/query/{}/execute", name)
                            : fmt::format("/v1/health/service/{}", name));
  add_location(target, service);
  for (const auto& tag : query.tags) target.add("tag", tag);
  target.add("filter", query.filter);
  if (query.nearest_first) target.add("near", "_agent");
  if (consistency == Consistency::kStale) target.add_flag("stale");
  return target.text();
}

std::string catalog_target(const ServiceQuery& query) {
  Target target("/v1/catalog/services");
  add_location(target, query.service);
  return target.text();
}

std::string node_target(const ServiceQuery& query) {
  Target target("/v1/catalog/node/" + percent_encoded(query.service.name));
  add_location(target, query.service);
  return target.text();
}

std::string authorize_target(const ServiceQuery& query) {
  Target target("/v1/internal/acl/authorize");
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
