#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consul/instance.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::consul {

/// Names in these types are in lower case, without a trailing dot, and raw
/// otherwise: bytes that are no letters, digits, '-' or '_' may be in them.
struct SrvRecord {
  std::string target;
  Port port = 0;  ///< 0 where the service is registered without one
  unsigned weight = 0;
  friend bool operator==(const SrvRecord&, const SrvRecord&) = default;
};

struct AddressRecord {
  std::string name;
  IpAddress address;
};

/// What one DNS message says about the name that was asked.
struct DnsReply {
  unsigned code = 0;                      ///< RCODE: RFC 1035 section 4.1.1
  bool cut_short = false;                 ///< the TC bit, or more records than are taken
  std::vector<SrvRecord> services;        ///< of the asked name, in the order given
  std::vector<AddressRecord> addresses;   ///< of any name, from the answer and what is additional
  std::vector<std::string> answer_names;  ///< the asked name and what its CNAMEs lead to
};

/// Reads one message (RFC 1035 section 4, RFC 2782). SRV records of another name
/// than the one asked, other record types, classes and the authority section are passed
/// over. kBadReply where the message is broken off or does not answer `asked`.
/// Takes 10,000 records at most. A CNAME chain is followed 8 steps.
[[nodiscard]] Result<DnsReply> parse_dns_reply(std::span<const std::uint8_t> message,
                                               std::string_view asked);

/// The address in a target such as `0a4d0001.addr.dc1.consul`: 8 hexadecimal
/// digits are IPv4, 32 are IPv6. Nothing where the target is of another form.
[[nodiscard]] std::optional<IpAddress> address_in_name(std::string_view target);

/// One instance for each SRV record whose target has an address: in its name or in
/// `addresses`. A target outside of `domain` is kept as a host name. What is
/// left is skipped and counted. Weight 0 is 1; port 0 is `fallback_port`.
[[nodiscard]] Answer instances_of(const std::vector<SrvRecord>& services,
                                  const std::vector<AddressRecord>& addresses,
                                  std::string_view domain, Port fallback_port);

/// The targets that need a question of their own, each once, in the order given.
[[nodiscard]] std::vector<std::string> targets_without_address(
    const std::vector<SrvRecord>& services, const std::vector<AddressRecord>& addresses,
    std::string_view domain);

/// One instance for each address of the asked name, for a reply without SRV records.
[[nodiscard]] Answer instances_of_addresses(const DnsReply& reply, Port fallback_port);

}  // namespace glusterconsul::consul
