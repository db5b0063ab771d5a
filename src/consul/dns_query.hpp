#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// RFC 1035 section 3.2.2, RFC 3596, RFC 2782
enum class DnsType : std::uint16_t { kA = 1, kAaaa = 28, kSrv = 33 };

/// Encodes a question as a DNS message (RFC 1035 section 4), without the length prefix that TCP
/// requires: class IN, recursion desired, no EDNS. The bytes are the same with every version of
/// c-ares. kRejected if is_dns_name() is false for `name`; kSystem if out of memory.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_query(const std::string& name, DnsType type,
                                                             std::uint16_t id);

/// Whether `message` answers `query`, the result of encode_query(): it is a response with the same
/// id, opcode and question, ignoring case (RFC 5452 section 9.1). What follows the question may
/// still be malformed.
[[nodiscard]] bool is_reply_to(std::span<const std::uint8_t> query,
                               std::span<const std::uint8_t> message);

}  // namespace glusterconsul::consul
