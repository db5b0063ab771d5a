#pragma once

#include <string_view>

#include "consul/query.hpp"

namespace glusterconsul::consul {

/// How an answer came. Whoever answers for Consul chooses the servers: over the first two that can
/// only be the Consul that was named, over the others anybody on the way to it.
enum class Channel {
  kHttps,       ///< TLS with a verified certificate
  kUnixSocket,  ///< a Unix socket that agent_trust.hpp and util/trusted_file.hpp accept
  kHttp,        ///< TCP, with or without TLS; also on the loopback interface
  kDns,
};

/// Over which channel HTTP with these settings is spoken. A certificate that is not verified
/// (`consul-ssl-verify=false`) makes it kHttp.
[[nodiscard]] Channel channel_of(const HttpSettings& settings);

[[nodiscard]] bool is_authenticated(Channel channel);

/// Whether an answer that came over `fresh` may take the place of one that came over `known`:
/// the authenticated channels are equally good, plain HTTP is worse, DNS the worst.
[[nodiscard]] bool may_replace(Channel fresh, Channel known);

/// "HTTPS", "a Unix socket", "unauthenticated HTTP", "DNS": for a person.
[[nodiscard]] std::string_view describe(Channel channel);

}  // namespace glusterconsul::consul
