#pragma once

#include <ares_version.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consul/dns_reply.hpp"

namespace glusterconsul::oracle {

/// Whether c-ares has its record API (1.28 and newer). Older versions are used through
/// ares_parse_srv_reply() and similar functions, which return only the answer section.
inline constexpr bool kHasRecordApi = ARES_VERSION >= 0x011C00;

/// A DNS reply as parsed by c-ares. Names have the same form as in DnsReply.
struct AresReply {
  std::string question;
  std::vector<consul::SrvRecord> services;  ///< of the question's name; old API: of any name
  /// Old API: only the addresses of the question's name and of its CNAMEs, IPv4 first, all
  /// with the question's name.
  std::vector<consul::AddressRecord> addresses;
};

/// nullopt if c-ares rejects the message; a single malformed record is enough.
[[nodiscard]] std::optional<AresReply> parse_with_ares(std::span<const std::uint8_t> message);

/// Describes how the results of parse_dns_reply() and c-ares differ. Empty if they are equal, if
/// c-ares rejects the message, or if the question is not a DNS name.
[[nodiscard]] std::string difference_from_ares(std::span<const std::uint8_t> message);

}  // namespace glusterconsul::oracle
