#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::consul {

/// Names in these types are in lower case and without a trailing dot. They need not be
/// host names: any byte may have been in them. What is not printable ASCII is
/// escaped as `\DDD`, what is special in zone files as `\.` (RFC 1035 section 5.1).
struct SrvRecord {
  std::string target;
  Port port = 0;  ///< 0 if the service is registered without one
  unsigned weight = 0;
  friend bool operator==(const SrvRecord&, const SrvRecord&) = default;
};

struct AddressRecord {
  std::string name;
  IpAddress address;
};

/// What one DNS message contains about the name that was asked.
struct DnsReply {
  unsigned code = 0;                      ///< RCODE: RFC 1035 section 4.1.1
  bool cut_short = false;                 ///< the TC bit, or records that were not read
  std::vector<SrvRecord> services;        ///< of the asked name, in the order given
  std::vector<AddressRecord> addresses;   ///< of any name, from the answer and what is additional
  std::vector<std::string> answer_names;  ///< the asked name and what its CNAMEs lead to
  std::size_t skipped = 0;                ///< records of these types that are malformed
  /// One sentence on the first of them; empty if none was skipped.
  std::string first_skipped;
};

/// Reads one message (RFC 1035 section 4, RFC 2782). A record whose name or data is
/// malformed is skipped; one that does not end within the message ends the reading, and
/// what was read before it counts. SRV records of another name than the one asked, other
/// record types, classes and the authority section are ignored. kBadReply if the
/// header or the question is malformed, or if the question is not for `asked`. Reads
/// 10,000 records at most. A CNAME chain is followed 8 steps.
[[nodiscard]] Result<DnsReply> parse_dns_reply(std::span<const std::uint8_t> message,
                                               std::string_view asked);

}  // namespace glusterconsul::consul
