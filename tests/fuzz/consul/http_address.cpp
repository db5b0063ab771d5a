#include "consul/http_address.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"

using namespace glusterconsul::consul;

/// Addresses: a valid one is either a socket path, or an authority and a path prefix
/// that round-trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  HttpSettings settings;
  if (const auto set = set_http_address(settings, text); !set) {
    require_sentence(set.error());
  } else if (settings.unix_socket) {
    require(settings.unix_socket->starts_with('/') && settings.unix_socket->size() <= 107);
  } else {
    HttpSettings again;
    require(set_http_address(again, "http://" + authority_of(settings) + settings.path_prefix)
                .has_value());
    require(again.server == settings.server && again.path_prefix == settings.path_prefix);
    require(!has_control_character(settings.path_prefix));
  }
  if (const auto dns = parse_dns_address(text)) {
    require(dns->server.port != 0);
    const auto same = parse_dns_address(to_string(dns->server));
    require(same && same->server == dns->server);
  }
  return 0;
}
