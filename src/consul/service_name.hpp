#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "consul/domain.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The NAME of a SPEC, parsed. Empty strings mean "not set".
struct ServiceName {
  enum class Kind { kService, kPreparedQuery };
  Kind kind = Kind::kService;
  std::string name;  ///< of the service or the prepared query; never empty
  std::string tag;
  std::string datacenter;
  std::string consul_namespace;  ///< `.ns` label (Consul Enterprise)
  std::string partition;         ///< `.ap` label (Consul Enterprise)
  std::string peer;              ///< `.peer` label
  bool is_bare = false;          ///< written without dots: it could be meant as a host
  friend bool operator==(const ServiceName&, const ServiceName&) = default;
};

/// The hint for a name that may be meant as a host.
inline constexpr const char* kPlainHost = "for a host or an address, use mount -t glusterfs";

/// Parses the forms of Consul's own DNS interface below `domain`:
///   [TAG.]SERVICE.service[.LABELS].DOMAIN, _SERVICE._TAG[.service][.LABELS].DOMAIN
///   (RFC 2782; `_tcp` means no tag), QUERY.query[.LABELS].DOMAIN,
///   _QUERY._PROTOCOL.query[.LABELS].DOMAIN,
/// where LABELS are DC, DC.dc, NS.ns, AP.ap and PEER.peer in any order; and a bare SERVICE without
/// dots. The case of the service name is preserved; that of the fixed labels and the domain does
/// not matter. One trailing dot is accepted. Anything else is kUsage; for a name outside the
/// domain, the hint suggests `mount -t glusterfs`.
[[nodiscard]] Result<ServiceName> parse_service_name(std::string_view name,
                                                     const Domain& domain = {});

/// The inverse: the name in Consul's DNS, without a trailing dot:
/// `[TAG.]SERVICE.service[.NS.ns][.AP.ap][.PEER.peer][.DC].DOMAIN` (`.DC.dc` after another pair) or
/// `QUERY.query[.DC].DOMAIN`. The result is not checked and need not be a valid DNS name. `tag`
/// replaces the tag of `service`, which is not used.
[[nodiscard]] std::string dns_name(const ServiceName& service, std::string_view tag,
                                   const Domain& domain);

}  // namespace glusterconsul::consul
