#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul {

/// What makes an address one that no other machine can have, as a noun for a message ("a loopback
/// address"), or nothing. IPv4 (RFC 6890): 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4, 240.0.0.0/4. IPv6
/// (RFC 4291): ::/96, which holds :: and ::1, ff00::/8, and fe80::/10, since no zone can be given.
/// IPv4 link-local addresses (169.254.0.0/16) need no zone, are in use in clouds, and count as
/// possible.
[[nodiscard]] std::optional<std::string_view> impossible_address(const IpAddress& address);

/// The hosts that may be used as servers: addresses, networks and names as an administrator lists
/// them. An empty list allows every host that is possible.
class AllowedHosts {
 public:
  /// Adds an address, a network in CIDR notation (RFC 4632, RFC 4291 section 2.3; bits after the
  /// prefix are ignored), a host name, or `*.` and a domain for all names below it. kUsage for
  /// anything else.
  [[nodiscard]] Result<void> add(std::string_view text);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  /// Whether the list is empty or has the host: an address by an address or a network, a name by a
  /// name. Names are not resolved.
  [[nodiscard]] bool allows(const Host& host) const;

  /// Why the host is not possible as a server, as a noun for a message: impossible_address(), or of
  /// `localhost`, names below it (RFC 6761 section 6.3) and the names that distributions give to
  /// loopback addresses in hosts(5) (`localhost.localdomain`, `localhost6`,
  /// `localhost6.localdomain6`, `ip6-localhost`, `ip6-loopback`) that it is a name of this machine.
  /// Not so for a loopback address if the list has it or a network that is loopback as a whole, and
  /// for a name if the list has it.
  [[nodiscard]] std::optional<std::string_view> impossible(const Host& host) const;

  /// The addresses of a name with which it can be used: those of `found`, without IPv6 link-local
  /// ones, which resolvers add for the machine's own name. kNotAllowed names the first one that is
  /// not possible, and its name is not to be used at all: nobody knows which of its addresses the
  /// client takes.
  [[nodiscard]] Result<std::vector<IpAddress>> usable(const HostName& name,
                                                      const std::vector<IpAddress>& found) const;

 private:
  struct Network {
    IpAddress base;
    unsigned bits;  ///< of its IPv4-mapped form if it is IPv4
    [[nodiscard]] bool contains(const IpAddress& address) const;
  };
  struct Name {
    std::string text;  ///< with "." in front: all names below
    [[nodiscard]] bool contains(const HostName& name) const;
  };

  [[nodiscard]] bool lists(const IpAddress& address) const;
  [[nodiscard]] bool lists(const HostName& name) const;
  [[nodiscard]] bool lists_loopback(const IpAddress& address) const;

  std::vector<std::variant<Network, Name>> entries_;
};

}  // namespace glusterconsul
