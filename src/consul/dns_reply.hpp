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

/// Names in these types are in lower case and have no trailing dot. They need not be host names:
/// DNS allows any byte in them. Bytes that are not printable ASCII are escaped as `\DDD`, and
/// characters that are special in zone files with a backslash, as in `\.` (RFC 1035 section 5.1).
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

/// What one DNS message contains about the queried name.
struct DnsReply {
  unsigned code = 0;                      ///< RCODE: RFC 1035 section 4.1.1
  bool cut_short = false;                 ///< the TC bit is set, or records were not read
  std::vector<SrvRecord> services;        ///< of the queried name, in the order given
  std::vector<AddressRecord> addresses;   ///< of any name, from the answer and additional sections
  std::vector<std::string> answer_names;  ///< the queried name and those that its CNAMEs lead to
  std::size_t skipped = 0;                ///< malformed records of these types
  /// A description of the first one; empty if none was skipped.
  std::string first_skipped;
};

/// Parses one message (RFC 1035 section 4, RFC 2782). A record with a malformed name or malformed
/// data is skipped. If a record does not end within the message, parsing stops there, and the
/// records before it are kept. SRV records of other names, other record types and classes, and the
/// authority section are ignored. kBadReply if the header or the question is malformed, or if the
/// question is not for `asked`. Reads at most 10,000 records and follows at most 8 CNAMEs.
[[nodiscard]] Result<DnsReply> parse_dns_reply(std::span<const std::uint8_t> message,
                                               std::string_view asked);

}  // namespace glusterconsul::consul
