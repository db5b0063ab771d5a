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

}  // namespace

Result<std::string> question_name(const ServiceQuery& query) {
  const auto& service = query.service;
  if (!query.filter.empty()) return rejected("with a filter");
  if (query.tags.size() > 1) return rejected("for several tags at once");
  const bool is_narrowed = !query.tags.empty() || !service.consul_namespace.empty() ||
                           !service.partition.empty() || !service.peer.empty();
  if (service.kind == ServiceName::Kind::kPreparedQuery && is_narrowed) {
    return rejected("for a prepared query with a tag, namespace, partition or peer");
  }
  auto name = dns_name(service, query.tags.empty() ? "" : query.tags.front(), query.domain);
  if (!is_dns_name(name)) {
    return rejected(fmt::format("for '{}', which is not a DNS name", shortened(name)));
  }
  return name;
}

}  // namespace glusterconsul::consul
