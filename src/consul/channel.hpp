#pragma once

#include <string_view>

#include "consul/query.hpp"

namespace glusterconsul::consul {

/// The channel over which an answer arrived. Whoever answers as Consul chooses the servers: over
/// the first two channels, only the configured Consul can answer; over the others, anyone on the
/// network path can.
enum class Channel {
  kHttps,       ///< TLS with a verified certificate
  kUnixSocket,  ///< a Unix socket accepted by agent_trust.hpp and util/trusted_file.hpp
  kHttp,        ///< TCP, without TLS or with an unverified certificate; also on loopback
  kDns,
};

/// The channel of HTTP requests with these settings. An unverified certificate
/// (`consul-ssl-verify=false`) makes it kHttp.
[[nodiscard]] Channel channel_of(const HttpSettings& settings);

[[nodiscard]] bool is_authenticated(Channel channel);

/// Whether an answer over `fresh` may replace one over `known`: the authenticated channels rank
/// equally, plain HTTP ranks below them, and DNS ranks lowest.
[[nodiscard]] bool may_replace(Channel fresh, Channel known);

/// For messages: "HTTPS", "a Unix socket", "unauthenticated HTTP", "DNS".
[[nodiscard]] std::string_view describe(Channel channel);

}  // namespace glusterconsul::consul
