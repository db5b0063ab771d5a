#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "util/host.hpp"

// The syntax of DNS messages (RFC 1035 section 4), without the meaning of the records.

namespace glusterconsul::consul {

/// Reads a message from start to end; a read past its end returns none.
class DnsReader {
 public:
  explicit DnsReader(std::span<const std::uint8_t> message) : message_(message) {}

  [[nodiscard]] std::size_t position() const { return at_; }

  std::optional<unsigned> u16() {
    const auto two = bytes(2);
    if (!two) return std::nullopt;
    return static_cast<unsigned>((*two)[0] << 8U | (*two)[1]);
  }

  std::optional<std::span<const std::uint8_t>> bytes(std::size_t count) {
    if (count > message_.size() - at_) return std::nullopt;
    const auto part = message_.subspan(at_, count);
    at_ += count;
    return part;
  }

  /// Skips a domain name, compressed or not. False if it is malformed or truncated.
  [[nodiscard]] bool skip_name();

 private:
  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
};

/// The domain name at `position` (RFC 1035 sections 3.1 and 4.1.4), in lower case. None if it is
/// malformed or longer than 255 bytes. Each pointer must lead to an earlier position than the one
/// before, which guarantees termination.
[[nodiscard]] std::optional<std::string> name_at(std::span<const std::uint8_t> message,
                                                 std::size_t position);

/// The domain name that occupies exactly the bytes from `position` to `end`; none if there is no
/// such name.
[[nodiscard]] std::optional<std::string> name_between(std::span<const std::uint8_t> message,
                                                      std::size_t position, std::size_t end);

struct DnsHeader {
  unsigned flags = 0;
  unsigned questions = 0;
  unsigned answers = 0;
  unsigned authorities = 0;
  unsigned additionals = 0;
};

struct DnsRecord {
  std::optional<std::string> owner;  ///< none if it is malformed
  unsigned type = 0;
  unsigned record_class = 0;
  std::size_t data_at = 0;
  std::span<const std::uint8_t> data;
};

/// None if the message ends within the header. The id is skipped: is_reply_to() has already
/// compared it.
[[nodiscard]] std::optional<DnsHeader> read_header(DnsReader& reader);

/// The name in the only question of the message.
[[nodiscard]] std::optional<std::string> read_question(std::span<const std::uint8_t> message,
                                                       DnsReader& reader);

/// None if the message ends within the record: then the start of the next one is unknown.
[[nodiscard]] std::optional<DnsRecord> read_record(std::span<const std::uint8_t> message,
                                                   DnsReader& reader);

/// "10.0.0.1" from four bytes, "2001:db8::1" from sixteen; none for other sizes.
[[nodiscard]] std::optional<IpAddress> ip_address_of(std::span<const std::uint8_t> bytes);

}  // namespace glusterconsul::consul
