#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Asks Consul's DNS interface over TCP: SRV with its additional addresses and
/// `.addr.` targets, then A and AAAA for targets without an address. If no SRV record
/// can be read but there are addresses, `fallback_port` is their port. Malformed
/// records are skipped and counted. DNS skips critical instances and does not distinguish
/// passing from warning: every instance comes as passing, `knows_health` is false. More
/// than one tag, a filter or what else DNS cannot ask is kRejected before anything is
/// sent. NXDOMAIN and an empty answer are kUnknown, with the note that DNS cannot tell
/// "unknown" from "nothing healthy". Else as ask_http().
[[nodiscard]] Result<LookupResult> ask_dns(const DnsSettings& settings, const ServiceQuery& query,
                                           Port fallback_port, const Deadline& deadline,
                                           const Cancel& cancel);

}  // namespace glusterconsul::consul
