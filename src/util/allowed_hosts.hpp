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

/// Why no other machine can have this address, as a noun phrase for a message ("a loopback
/// address"); nothing if one can. IPv4 (RFC 6890): 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4,
/// 240.0.0.0/4. IPv6 (RFC 4291): ::/96 (which includes :: and ::1), ff00::/8, and fe80::/10,
/// because no zone can be specified. IPv4 link-local addresses (169.254.0.0/16) need no zone, are
/// used in clouds, and count as possible.
[[nodiscard]] std::optional<std::string_view> impossible_address(const IpAddress& address);

/// The hosts that may be used as servers, as listed by the administrator: addresses, networks and
/// names. An empty list allows every possible host.
class AllowedHosts {
 public:
  /// Adds an address, a network in CIDR notation (RFC 4632, RFC 4291 section 2.3; bits after the
  /// prefix are ignored), a host name, or `*.` followed by a domain, for all names below it.
  /// Anything else is kUsage.
  [[nodiscard]] Result<void> add(std::string_view text);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  /// Whether the list is empty or contains the host. An address matches a listed address or
  /// network; a name matches a listed name or domain. Names are not resolved.
  [[nodiscard]] bool allows(const Host& host) const;

  /// Why the host cannot be a server, as a noun phrase for a message; nothing if it can. An
  /// address: impossible_address(), unless it is a loopback address and the list contains it, or
  /// contains a network that includes it and no other than loopback addresses. A name: that it is a
  /// name of this machine, unless the list contains it. Such names are `localhost`, names below it
  /// (RFC 6761 section 6.3), and the names that distributions give to loopback addresses in
  /// hosts(5) (`localhost.localdomain`, `localhost6`, `localhost6.localdomain6`, `ip6-localhost`,
  /// `ip6-loopback`).
  [[nodiscard]] std::optional<std::string_view> impossible(const Host& host) const;

  /// The usable addresses of a name: those in `found` except IPv6 link-local ones, which resolvers
  /// add for the machine's own name. If one of the others is impossible, it is kNotAllowed, with
  /// that address, and the name must not be used at all: the client may choose any of its
  /// addresses. kNotAllowed also if no address is left.
  [[nodiscard]] Result<std::vector<IpAddress>> usable(const HostName& name,
                                                      const std::vector<IpAddress>& found) const;

 private:
  struct Network {
    IpAddress base;
    unsigned bits;  ///< the prefix length; for IPv4, that of the IPv4-mapped form
    [[nodiscard]] bool contains(const IpAddress& address) const;
  };
  struct Name {
    std::string text;  ///< begins with "." if it stands for all names below a domain
    [[nodiscard]] bool contains(const HostName& name) const;
  };

  [[nodiscard]] bool lists(const IpAddress& address) const;
  [[nodiscard]] bool lists(const HostName& name) const;
  [[nodiscard]] bool lists_loopback(const IpAddress& address) const;

  std::vector<std::variant<Network, Name>> entries_;
};

}  // namespace glusterconsul
