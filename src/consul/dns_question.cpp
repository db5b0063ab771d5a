#include "consul/dns_question.hpp"

#include <fmt/format.h>

#include <string_view>

#include "consul/dns_name.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

tl::unexpected<Error> rejected(std::string_view what) {
  return fail(ErrorCode::kRejected, fmt::format("DNS cannot be queried {}", what));
}

/// Namespace, partition and peer with their words, then the data centre, which
/// has its own word only after others: Consul before 1.11 does
/// not know that word.
std::string location_labels(const ServiceName& service) {
  std::string labels;
  if (!service.consul_namespace.empty()) labels += "." + service.consul_namespace + ".ns";
  if (!service.partition.empty()) labels += "." + service.partition + ".ap";
  if (!service.peer.empty()) labels += "." + service.peer + ".peer";
  if (service.datacenter.empty()) return labels;
  const bool stands_alone = labels.empty();
  labels += "." + service.datacenter;
  return stands_alone ? labels : labels + ".dc";
}

}  // namespace

Result<std::string> question_name(const ServiceQuery& query) {
  const auto& service = query.service;
  const bool is_prepared = service.kind == ServiceName::Kind::kPreparedQuery;
  if (!query.filter.empty()) return rejected("with a filter");
  if (query.tags.size() > 1) return rejected("for several tags at once");
  const bool is_narrowed = !query.tags.empty() || !service.consul_namespace.empty() ||
                           !service.partition.empty() || !service.peer.empty();
  if (is_prepared && is_narrowed) {
    return rejected("for a prepared query with a tag, namespace, partition or peer");
  }
  auto name =
      fmt::format("{}{}{}.{}{}.{}", query.tags.empty() ? "" : query.tags.front(),
                  query.tags.empty() ? "" : ".", service.name, is_prepared ? "query" : "service",
                  location_labels(service), query.domain.text());
  if (!is_dns_name(name)) {
    return rejected(fmt::format("for '{}', which is not a DNS name", shortened(name)));
  }
  return name;
}

}  // namespace glusterconsul::consul
