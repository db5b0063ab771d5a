#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "discovery/server_cache.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

using discovery::WallClock;

/// The map entry of one volume when Consul answered last; it is used if Consul does not answer.
struct CachedEntry {
  std::string text;  ///< MapEntry::text
  WallClock::time_point written;
};

/// The file name for a key: "automap-", 16 hexadecimal digits and ".json". The key is everything
/// that affects the answer.
[[nodiscard]] std::string automap_cache_name(std::string_view key);

/// As JSON, with the format version and the key.
[[nodiscard]] std::string serialize_cached_entry(const CachedEntry& entry, std::string_view key);

/// kBadReply with the reason if the text is corrupt, for another key, older than `max_age`, or from
/// the future.
[[nodiscard]] Result<CachedEntry> parse_cached_entry(std::string_view text, std::string_view key,
                                                     WallClock::time_point now,
                                                     milliseconds max_age);

/// Whether to write `fresh`: the entry differs, or an eighth of the lifetime of `known` is over.
[[nodiscard]] bool worth_writing(const CachedEntry& known, const CachedEntry& fresh,
                                 milliseconds max_age);

}  // namespace glusterconsul::admin
