#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Queries Consul's DNS interface over TCP: SRV records, with the addresses from the additional
/// section and from `.addr.` targets, then A and AAAA for targets without an address. If no SRV
/// record can be read but the name has addresses, these are used with `fallback_port`. Malformed
/// records are skipped and counted. DNS omits critical instances and does not distinguish passing
/// from warning: every instance is returned as passing, and `knows_health` is false. A query that
/// DNS cannot express (more than one tag, a filter, …) is kRejected before anything is sent.
/// NXDOMAIN and an empty answer are kUnknown; the message says that DNS cannot distinguish an
/// unknown service from one without healthy instances. Otherwise like ask_http().
[[nodiscard]] Result<LookupResult> ask_dns(const DnsSettings& settings, const ServiceQuery& query,
                                           Port fallback_port, const Context& context);

}  // namespace glusterconsul::consul
