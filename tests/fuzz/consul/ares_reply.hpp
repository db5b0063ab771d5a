#pragma once

#include <ares_version.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consul/dns_reply.hpp"

namespace glusterconsul::oracle {

/// Whether c-ares is used through its record API (1.28 and newer), or through
/// ares_parse_srv_reply() and the like, which return only the answer section.
inline constexpr bool kHasRecordApi = ARES_VERSION >= 0x011C00;

/// What the parser of c-ares finds in a DNS reply. Names are as in DnsReply.
struct AresReply {
  std::string question;
  std::vector<consul::SrvRecord> services;  ///< of the question's name; old API: of any name
  /// Old API: those that answer the question by its name or its CNAMEs, IPv4 first, all
  /// under the question's name.
  std::vector<consul::AddressRecord> addresses;
};

/// nullopt if c-ares rejects the message, as it does for one malformed record.
[[nodiscard]] std::optional<AresReply> parse_with_ares(std::span<const std::uint8_t> message);

/// How the results of parse_dns_reply() and c-ares differ, as a sentence; empty if they are
/// equal, or if c-ares rejects the message.
[[nodiscard]] std::string difference_from_ares(std::span<const std::uint8_t> message);

}  // namespace glusterconsul::oracle
