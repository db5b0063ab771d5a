#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "consul/channel.hpp"
#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

using WallClock = std::chrono::system_clock;

/// The servers of one query and volume at the last successful mount: they are used when Consul does
/// not answer.
struct CachedServers {
  WallClock::time_point written;
  consul::Channel channel = consul::Channel::kDns;  ///< over which Consul named them
  std::string consul;  ///< the address that answered, canonical and printable
  /// Only node, data centre (both printable and short), address, port and weight: no health, checks
  /// or tags.
  std::vector<consul::Instance> instances;
};

/// The list to write after a successful mount, sorted by address, so that the same servers in
/// another order yield the same list.
[[nodiscard]] CachedServers make_cached_servers(std::vector<consul::Instance> instances,
                                                consul::Channel channel, std::string_view consul,
                                                WallClock::time_point now);

/// The key of the list: everything that affects Consul's answer, and `used_for`, the purpose of its
/// servers. `consul` is config::consul_identity() of the settings.
[[nodiscard]] std::string cache_key(const consul::ServiceQuery& query, std::string_view used_for,
                                    const std::vector<std::string>& consul);

/// The file name for a key: 16 hexadecimal digits and ".json".
[[nodiscard]] std::string cache_file_name(std::string_view key);

/// Serializes the list as JSON (RFC 8259), with the format version and the key.
[[nodiscard]] std::string serialize_cached_servers(const CachedServers& list, std::string_view key);

/// Whether `fresh` should replace `known`: the servers or their origin differ, or an eighth of the
/// lifetime of `known` has passed. This avoids a write for each mount of a machine. A list whose
/// origin is less trustworthy (consul::may_replace()) never replaces one that is still valid.
[[nodiscard]] bool worth_writing(const CachedServers& known, const CachedServers& fresh,
                                 milliseconds most_age);

/// Parses a serialized list. kBadReply, with a reason for messages, if it cannot be used: not JSON,
/// another version or key, no origin, no usable server, from the future, or older than `most_age`.
/// A single invalid entry makes the whole list unusable, since we wrote it ourselves.
[[nodiscard]] Result<CachedServers> parse_cached_servers(std::string_view text,
                                                         std::string_view key,
                                                         WallClock::time_point now,
                                                         milliseconds most_age);

}  // namespace glusterconsul::discovery
