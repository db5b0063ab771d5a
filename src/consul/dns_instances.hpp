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

/// The address in a target such as `0a4d0001.addr.dc1.consul`: 8 hexadecimal
/// digits are IPv4, 32 are IPv6. Nothing if the target is of another form.
[[nodiscard]] std::optional<IpAddress> address_in_name(std::string_view target);

/// One instance for each address of the target of each SRV record: the one in its name, or all in
/// `addresses`, at most 10,000 in all. Records with the same target and port count once: Consul
/// 1.19.0 gives all instances of a service one target. A target outside of `domain` without an
/// address is kept as a host name. What is left is skipped and counted. Weight 0 is 1; port 0 is
/// `fallback_port`.
[[nodiscard]] LookupResult instances_of(const std::vector<SrvRecord>& services,
                                        const std::vector<AddressRecord>& addresses,
                                        const Domain& domain, Port fallback_port);

/// The targets that need a question of their own, each once, in the order given.
/// One that is not a DNS name cannot be asked for.
[[nodiscard]] std::vector<std::string> targets_without_address(
    const std::vector<SrvRecord>& services, const std::vector<AddressRecord>& addresses,
    const Domain& domain);

/// One instance for each address of the asked name, for a reply without SRV records.
/// Records that the reply skipped count as skipped.
[[nodiscard]] LookupResult instances_of_addresses(const DnsReply& reply, Port fallback_port);

}  // namespace glusterconsul::consul
