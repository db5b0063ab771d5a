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

/// The servers of one query and volume as they were when a mount last worked:
/// what is asked when Consul does not answer.
struct CachedServers {
  WallClock::time_point written;
  consul::Channel channel = consul::Channel::kDns;  ///< over which Consul named them
  std::string consul;  ///< the address that answered, canonical and printable
  /// Node, data centre (both printable and short), address, port and weight only: no health, no
  /// checks, no tags.
  std::vector<consul::Instance> instances;
};

/// The list that a working mount leaves, by address: so that the same servers in
/// another order are the same list.
[[nodiscard]] CachedServers make_cached_servers(std::vector<consul::Instance> instances,
                                                consul::Channel channel, std::string_view consul,
                                                WallClock::time_point now);

/// What the list is filed under: everything that makes Consul's answer another one, and `used_for`,
/// what its servers were used for. `consul` is config::consul_identity() of the settings.
[[nodiscard]] std::string cache_key(const consul::ServiceQuery& query, std::string_view used_for,
                                    const std::vector<std::string>& consul);

/// The file's name for a key: 16 hexadecimal digits and ".json".
[[nodiscard]] std::string cache_file_name(std::string_view key);

/// As JSON (RFC 8259), with the version of the form and the key.
[[nodiscard]] std::string serialize_cached_servers(const CachedServers& list, std::string_view key);

/// Whether `fresh` is to be written over `known`: other servers or another origin, or an age that
/// is near its end. Spares a write at each of a machine's mounts. A list whose origin is less
/// trustworthy (consul::may_replace()) never replaces one that is still valid.
[[nodiscard]] bool worth_writing(const CachedServers& known, const CachedServers& fresh,
                                 milliseconds most_age);

/// Reads it back. kBadReply, in words for a person, if it is not such a list: not
/// JSON, another version or key, without origin or a usable server, from the future, or older
/// than `most_age`. A single entry that is wrong fails the whole: we wrote it.
[[nodiscard]] Result<CachedServers> parse_cached_servers(std::string_view text,
                                                         std::string_view key,
                                                         WallClock::time_point now,
                                                         milliseconds most_age);

}  // namespace glusterconsul::discovery
