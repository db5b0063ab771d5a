#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "util/error.hpp"

namespace glusterconsul {

/// An IPv4 or IPv6 address in canonical text form (RFC 4291, RFC 5952), without brackets and
/// without a zone. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is stored as the IPv4
/// address that it maps, so that each address has exactly one family and one text.
class IpAddress {
 public:
  enum class Family { kV4, kV6 };

  /// Accepts only what inet_pton(3) accepts, at most 45 characters; anything else is kUsage.
  [[nodiscard]] static Result<IpAddress> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Family family() const { return family_; }
  /// In network byte order; for an IPv4 address, the bytes of its IPv4-mapped form.
  [[nodiscard]] std::array<std::uint8_t, 16> bytes() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  IpAddress(Family family, std::string text) : family_(family), text_(std::move(text)) {}
  Family family_;
  std::string text_;
};

/// A host name (RFC 1123 section 2.1): labels of letters, digits and inner hyphens, at most 63
/// characters each and 253 in total, in lower case, without a trailing dot. Inner underscores are
/// accepted as well, because node names in DNS contain them. No label begins with a hyphen or an
/// underscore, so a name cannot look like an option. A name whose last label is a decimal or
/// hexadecimal number is rejected: inet_aton(3) would parse it as an address, such as 0x7f000001 as
/// 127.0.0.1.
class HostName {
 public:
  [[nodiscard]] static Result<HostName> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const HostName&, const HostName&) = default;

 private:
  explicit HostName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// An address or a host name. Foreign text that names a host reaches a command line only as this
/// type.
class Host {
 public:
  Host(IpAddress address) : value_(std::move(address)) {}  // NOLINT(google-explicit-constructor)
  Host(HostName name) : value_(std::move(name)) {}         // NOLINT(google-explicit-constructor)

  /// An address if the text is one, otherwise a host name. kUsage, with the text, if it is neither.
  [[nodiscard]] static Result<Host> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const IpAddress* address() const { return std::get_if<IpAddress>(&value_); }
  [[nodiscard]] const HostName* name() const { return std::get_if<HostName>(&value_); }
  friend auto operator<=>(const Host&, const Host&) = default;

 private:
  std::variant<IpAddress, HostName> value_;
};

/// A TCP port, 1 to 65535.
using Port = std::uint16_t;

struct Endpoint {
  Host host;
  Port port;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// "10.0.0.1:24007", "[2001:db8::1]:24007", "gl1.example:24007".
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

}  // namespace glusterconsul
