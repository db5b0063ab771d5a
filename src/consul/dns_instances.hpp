#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consul/dns_reply.hpp"
#include "consul/domain.hpp"
#include "consul/instance.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::consul {

/// The address in a target such as `0a4d0001.addr.dc1.consul`: 8 hexadecimal digits for IPv4, 32
/// for IPv6. None if the target has another form.
[[nodiscard]] std::optional<IpAddress> address_in_name(std::string_view target);

/// One instance for each address of each SRV record's target: the address in the target's name, or
/// all of its addresses in `addresses`; at most 10,000 in total. Duplicate records, with the same
/// target and port, count once: Consul 1.19.0 gives all instances of a service the same target. A
/// target outside `domain` without an address is kept as a host name. The other records are skipped
/// and counted. A weight of 0 becomes 1; a port of 0 becomes `fallback_port`.
[[nodiscard]] LookupResult instances_of(const std::vector<SrvRecord>& services,
                                        const std::vector<AddressRecord>& addresses,
                                        const Domain& domain, Port fallback_port);

/// The targets whose addresses need a separate query, without duplicates, in the order given. A
/// target that is not a DNS name is skipped, since it cannot be queried.
[[nodiscard]] std::vector<std::string> targets_without_address(
    const std::vector<SrvRecord>& services, const std::vector<AddressRecord>& addresses,
    const Domain& domain);

/// One instance for each address of the queried name, for a reply without SRV records. Records that
/// the reply skipped are counted as skipped.
[[nodiscard]] LookupResult instances_of_addresses(const DnsReply& reply, Port fallback_port);

}  // namespace glusterconsul::consul
