#pragma once

#include <string>
#include <string_view>

#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Parses the forms of CONSUL_HTTP_ADDR into `scheme`, `server`, `path_prefix` and `unix_socket`:
/// `host:port`, `host` (port 8500), `:port` (on this machine), `[v6]:port`,
/// `http://host:port[/prefix]`, `https://…` (without a port, the default of the scheme: 80 or 443),
/// `unix:///path`. User information, queries and fragments are rejected. kUsage does not quote the
/// text, which may contain a password or a token, and leaves `settings` unchanged.
[[nodiscard]] Result<void> set_http_address(HttpSettings& settings, std::string_view text);

/// Whether requests go to a loopback address, to `localhost` (RFC 6761, section 6.3) or to a Unix
/// socket. Names are not resolved: any other name counts as another machine.
[[nodiscard]] bool stays_on_this_machine(const HttpSettings& settings);

/// The address in canonical form, with its scheme: "http://127.0.0.1:8500",
/// "https://consul.example.net:443/prefix", "unix:///run/consul.sock".
[[nodiscard]] std::string address_of(const HttpSettings& settings);

/// "127.0.0.1:8500", as used in a URL; "localhost" for a Unix socket.
[[nodiscard]] std::string authority_of(const HttpSettings& settings);

/// For messages: "Consul at 127.0.0.1:8500", "Consul at unix:///run/consul.sock".
[[nodiscard]] std::string where_of(const HttpSettings& settings);

/// "dns://127.0.0.1:8600".
[[nodiscard]] std::string address_of(const DnsSettings& settings);

/// Parses the address of a DNS server: `host:port`, `:port` (on this machine) or `host` (port
/// 8600). The host is an IP address, or a name that the system resolver knows.
[[nodiscard]] Result<DnsSettings> parse_dns_address(std::string_view text);

}  // namespace glusterconsul::consul
