#include "util/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "util/text.hpp"

namespace glusterconsul {
namespace {

constexpr std::string_view kThisMachine = "127.0.0.1";

tl::unexpected<Error> malformed(std::string why) {
  return fail(ErrorCode::kUsage, std::move(why));
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text, Port default_port) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return malformed("the closing bracket is missing");
    host = text.substr(1, close - 1);
    const auto rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) return malformed("expected host:port");
    if (!rest.empty()) port = rest.substr(1);
  } else if (std::count(text.begin(), text.end(), ':') > 1) {
    return malformed(
        fmt::format("expected host:port (an IPv6 address needs brackets: [::1]:{})", default_port));
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  const bool is_only_port = host.empty() && port && !text.starts_with('[');
  auto parsed = Host::parse(is_only_port ? kThisMachine : host);
  if (!parsed) return malformed("expected host:port");
  if (!port) return Endpoint{*std::move(parsed), default_port};
  const auto number = parse_number(*port, 1, 65535);
  if (!number) return malformed("expected a port from 1 to 65535 after the colon");
  return Endpoint{*std::move(parsed), static_cast<Port>(*number)};
}

}  // namespace glusterconsul
