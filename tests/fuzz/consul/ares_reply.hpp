#pragma once

#include <ares_version.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consul/dns_reply.hpp"

namespace glusterconsul::oracle {

/// Whether c-ares is asked through its record API (1.28 and newer), or through
/// ares_parse_srv_reply() and the like, which see the answer section only.
inline constexpr bool kHasRecordApi = ARES_VERSION >= 0x011C00;

/// What c-ares's own parser finds in a DNS reply. Names are as in DnsReply.
struct AresReply {
  std::string question;
  std::vector<consul::SrvRecord> services;  ///< of the question's name; old API: of any name
  /// Old API: those that answer the question by its name or its CNAMEs, IPv4 first, all
  /// under the question's name.
  std::vector<consul::AddressRecord> addresses;
};

/// Nothing if c-ares rejects the message, as it does for one malformed record.
[[nodiscard]] std::optional<AresReply> parse_with_ares(std::span<const std::uint8_t> message);

/// How parse_dns_reply() reads the message unlike c-ares, as a sentence; empty if both
/// read the same, or if c-ares rejects the message.
[[nodiscard]] std::string difference_from_ares(std::span<const std::uint8_t> message);

}  // namespace glusterconsul::oracle
