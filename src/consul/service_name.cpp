#include "consul/service_name.hpp"

#include <fmt/format.h>

#include <optional>

#include "consul/dns_name.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

using Labels = std::vector<std::string_view>;

bool is_word(std::string_view label, std::string_view word) {
  return to_lower(label) == word;
}

std::string joined(Labels::const_iterator from, Labels::const_iterator to) {
  return join(std::vector<std::string>(from, to), ".");
}

/// The member that is set by the label before the keyword.
std::string ServiceName::* member_of(std::string_view keyword) {
  if (is_word(keyword, "dc")) return &ServiceName::datacenter;
  if (is_word(keyword, "ns")) return &ServiceName::consul_namespace;
  if (is_word(keyword, "ap")) return &ServiceName::partition;
  if (is_word(keyword, "peer")) return &ServiceName::peer;
  return nullptr;
}

/// Parses the LABELS of the grammar. False if something is set twice.
bool take_location(Labels::const_iterator from, Labels::const_iterator to, ServiceName& parsed) {
  while (from != to) {
    std::string ServiceName::* member = nullptr;
    if (to - from > 1) member = member_of(*(from + 1));
    const auto used = member != nullptr ? 2 : 1;
    if (member == nullptr) member = &ServiceName::datacenter;
    if (!(parsed.*member).empty()) return false;
    parsed.*member = *from;
    from += used;
  }
  return true;
}

/// RFC 2782: `_SERVICE._PROTOCOL`.
bool is_rfc2782(Labels::const_iterator from, Labels::const_iterator to) {
  return to - from == 2 && from->starts_with('_') && (from + 1)->starts_with('_');
}

void take_service(Labels::const_iterator from, Labels::const_iterator to, ServiceName& parsed) {
  if (is_rfc2782(from, to)) {
    parsed.name = from->substr(1);
    const auto tag = (from + 1)->substr(1);
    if (!is_word(tag, "tcp")) parsed.tag = tag;
    return;
  }
  parsed.name = *(to - 1);
  parsed.tag = joined(from, to - 1);  // Consul accepts tags with dots
}

/// In the form of RFC 2782, Consul ignores the protocol of a query, since queries have no tags.
void take_query(Labels::const_iterator from, Labels::const_iterator to, ServiceName& parsed) {
  parsed.name = is_rfc2782(from, to) ? std::string(from->substr(1)) : joined(from, to);
}

struct KindLabel {
  bool is_query;
  Labels::const_iterator name_end;  ///< after the last label of the name
  Labels::const_iterator location;  ///< the first label of LABELS
};

/// Searches for the kind ("service" or "query") from the right, as Consul itself does. The form of
/// RFC 2782 does not require it.
std::optional<KindLabel> find_kind(const Labels& labels) {
  for (auto label = labels.end(); label != labels.begin();) {
    const auto after = label--;
    if (is_word(*label, "service") || is_word(*label, "query")) {
      return KindLabel{is_word(*label, "query"), label, after};
    }
    if (label->starts_with('_')) return KindLabel{false, after, after};
  }
  return std::nullopt;
}

tl::unexpected<Error> refused(std::string_view name, std::string_view why, std::string hint = {}) {
  return fail(ErrorCode::kUsage, fmt::format("'{}' {}", shortened(name), why), std::move(hint));
}

/// Parses [TAG.]SERVICE.service[.LABELS] or QUERY.query[.LABELS]; `name` is the whole name, for
/// messages.
Result<ServiceName> parse_below_domain(std::string_view head, std::string_view name) {
  const auto labels = split(head, '.');
  const auto kind = find_kind(labels);
  if (!kind) {
    return refused(name,
                   "is neither a Consul service nor a prepared query (SERVICE.service or "
                   "QUERY.query below the domain)",
                   kPlainHost);
  }
  if (kind->name_end == labels.begin())
    return refused(name, "has no name before 'service' or 'query'");

  ServiceName parsed;
  if (kind->is_query) {
    parsed.kind = ServiceName::Kind::kPreparedQuery;
    take_query(labels.begin(), kind->name_end, parsed);
  } else {
    take_service(labels.begin(), kind->name_end, parsed);
  }
  if (parsed.name.empty()) return refused(name, "has an empty service name");
  // With a tag in front, Consul would parse it as the form of RFC 2782.
  if (parsed.name.starts_with('_')) return refused(name, "has a service name that begins with '_'");
  if (!take_location(kind->location, labels.end(), parsed)) {
    return refused(name, "specifies its data centre, namespace, partition or peer twice");
  }
  return parsed;
}

Result<ServiceName> parse_bare(std::string_view name) {
  if (name.starts_with('_')) return refused(name, "is a service name that begins with '_'");
  ServiceName parsed;
  parsed.name = name;
  parsed.is_bare = true;
  return parsed;
}

/// Namespace, partition and peer with their keywords, then the data centre. It gets its keyword
/// only after one of the others, because Consul before 1.11 does not know that keyword.
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

Result<ServiceName> parse_service_name(std::string_view name, const Domain& domain) {
  const auto whole = name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
  if (!is_dns_name(whole)) {
    return refused(name, "is not the name of a Consul service", kPlainHost);
  }
  if (name.find('.') == std::string_view::npos) return parse_bare(name);
  const auto head = domain.part_below(whole);
  if (!head) {
    return refused(name, fmt::format("is not below Consul's domain '{}'", domain.text()),
                   fmt::format("set consul-domain= to use another domain; {}", kPlainHost));
  }
  return parse_below_domain(*head, name);
}

std::string dns_name(const ServiceName& service, std::string_view tag, const Domain& domain) {
  const bool is_prepared = service.kind == ServiceName::Kind::kPreparedQuery;
  return fmt::format("{}{}{}.{}{}.{}", tag, tag.empty() ? "" : ".", service.name,
                     is_prepared ? "query" : "service", location_labels(service), domain.text());
}

}  // namespace glusterconsul::consul
