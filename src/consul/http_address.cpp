#include "consul/http_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "util/endpoint.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

constexpr Port kHttpApiPort = 8500;
constexpr Port kDnsPort = 8600;
constexpr std::size_t kMaxPrefixLength = 1024;
constexpr std::size_t kMaxSocketPath = 107;  // sun_path in Linux, without the final NUL

/// The error in an address, without the address, which may contain a password or a token.
tl::unexpected<Error> refused(std::string_view why) {
  return fail(ErrorCode::kUsage, std::string(why));
}

/// Removes `word` from the front, ignoring case. False if it is not there.
bool take_scheme(std::string_view& text, std::string_view word) {
  if (to_lower(text.substr(0, word.size())) != word) return false;
  text.remove_prefix(word.size());
  return true;
}

/// Whether a path may contain the character (RFC 3986 section 3.3).
bool is_path_character(char c) {
  return is_ascii_alnum(c) ||
         std::string_view("/-._~%!$&'()*+,;=:").find(c) != std::string_view::npos;
}

Result<void> set_unix_socket(HttpSettings& settings, std::string_view path) {
  if (!path.starts_with('/')) return refused("expected an absolute path (unix:///path)");
  if (path.size() > kMaxSocketPath || path.find('\0') != std::string_view::npos) {
    return refused("the socket path is invalid");
  }
  // The path appears in messages, and a query may contain a token.
  if (path.find('?') != std::string_view::npos)
    return refused("the socket path must not contain a query (?)");
  settings.scheme = HttpSettings::Scheme::kHttp;
  settings.server.reset();
  settings.path_prefix.clear();
  settings.unix_socket = std::string(path);
  return {};
}

}  // namespace

Result<void> set_http_address(HttpSettings& settings, std::string_view text) {
  std::string_view rest = text;
  if (take_scheme(rest, "unix://")) return set_unix_socket(settings, rest);

  if (rest.find('@') != std::string_view::npos) {
    return fail(ErrorCode::kUsage, "Consul's HTTP address contains a user or a password",
                "set them in the environment variable CONSUL_HTTP_AUTH");
  }

  auto scheme = HttpSettings::Scheme::kHttp;
  Port default_port = kHttpApiPort;
  if (take_scheme(rest, "https://")) {
    scheme = HttpSettings::Scheme::kHttps;
    default_port = 443;
  } else if (take_scheme(rest, "http://")) {
    default_port = 80;
  } else if (rest.find("://") != std::string_view::npos) {
    return refused("expected http://, https:// or unix://");
  }

  const auto slash = std::min(rest.find('/'), rest.size());
  std::string_view prefix = rest.substr(slash);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (prefix.size() > kMaxPrefixLength ||
      !std::all_of(prefix.begin(), prefix.end(), is_path_character)) {
    return refused("the path is not valid (queries and fragments are not allowed)");
  }
  TRY_ASSIGN(auto endpoint, parse_endpoint(rest.substr(0, slash), default_port));
  settings.scheme = scheme;
  settings.server = std::move(endpoint);
  settings.path_prefix = prefix;
  settings.unix_socket.reset();
  return {};
}

bool stays_on_this_machine(const HttpSettings& settings) {
  if (settings.unix_socket) return true;
  if (!settings.server) return false;
  const std::string_view host = settings.server->host.text();
  if (settings.server->host.address() == nullptr) return host == "localhost";
  return host.starts_with("127.") || host == "::1" || host.starts_with("::ffff:127.");
}

std::string authority_of(const HttpSettings& settings) {
  return settings.server ? to_string(*settings.server) : "localhost";
}

std::string address_of(const HttpSettings& settings) {
  if (settings.unix_socket) return "unix://" + *settings.unix_socket;
  const bool is_https = settings.scheme == HttpSettings::Scheme::kHttps;
  return fmt::format("{}://{}{}", is_https ? "https" : "http", authority_of(settings),
                     settings.path_prefix);
}

std::string where_of(const HttpSettings& settings) {
  if (settings.unix_socket) {
    return fmt::format("Consul at unix://{}", *settings.unix_socket);
  }
  const bool is_https = settings.scheme == HttpSettings::Scheme::kHttps;
  return fmt::format("Consul at {}{}{}", is_https ? "https://" : "", authority_of(settings),
                     settings.path_prefix);
}

std::string address_of(const DnsSettings& settings) {
  return "dns://" + to_string(settings.server);
}

Result<DnsSettings> parse_dns_address(std::string_view text) {
  TRY_ASSIGN(auto endpoint, parse_endpoint(text, kDnsPort));
  return DnsSettings{std::move(endpoint)};
}

}  // namespace glusterconsul::consul
