#include "admin/volume_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gluster/known_options.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kMaxValue = 32;

/// `nosuid` and `nodev` are not here: automap sets both in any case.
constexpr auto kFlags = std::to_array<std::string_view>({"acl",           "async",
                                                         "diratime",      "dirsync",
                                                         "enable-ino32",  "global-threading",
                                                         "lazytime",      "localtime-logging",
                                                         "noatime",       "nodev",
                                                         "nodiratime",    "noexec",
                                                         "nostrictatime", "nosuid",
                                                         "nosymfollow",   "relatime",
                                                         "resolve-gids",  "ro",
                                                         "selinux",       "strictatime",
                                                         "sync",          "thin-client",
                                                         "worm"});

constexpr auto kWithValue = std::to_array<std::string_view>({"attr-times-granularity",
                                                             "attribute-timeout",
                                                             "auto-invalidation",
                                                             "background-qlen",
                                                             "congestion-threshold",
                                                             "direct-io-mode",
                                                             "entry-timeout",
                                                             "event-history",
                                                             "fetch-attempts",
                                                             "fopen-keep-cache",
                                                             "fuse-flush-handle-interrupt",
                                                             "gid-timeout",
                                                             "halo-max-latency",
                                                             "halo-max-replicas",
                                                             "halo-min-replicas",
                                                             "inode-table-size",
                                                             "invalidate-limit",
                                                             "kernel-writeback-cache",
                                                             "log-level",
                                                             "lru-limit",
                                                             "negative-timeout",
                                                             "reader-thread-count",
                                                             "use-readdirp"});

template <typename List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_plain(std::string_view value) {
  return !value.empty() && value.size() <= kMaxValue &&
         std::all_of(value.begin(), value.end(),
                     [](char c) { return is_ascii_alnum(c) || c == '.' || c == '-'; });
}

bool is_accepted(std::string_view name, std::string_view value) {
  const auto known = gluster::known_options();
  const auto row = std::find_if(known.begin(), known.end(),
                                [&](const auto& option) { return option.name == name; });
  return is_plain(value) && row != known.end() && row->rule.is_allowed(value);
}

}  // namespace

std::optional<std::string> why_not_allowed(std::string_view option) {
  const auto equals = option.find('=');
  const auto name = option.substr(0, equals);
  const auto named = shortened(name, 64);
  if (has(kFlags, name)) {
    if (equals == std::string_view::npos) return std::nullopt;
    return fmt::format("'{}' has a value, but takes none", named);
  }
  if (!has(kWithValue, name)) {
    return fmt::format("'{}' is not an option that can be set in Consul", named);
  }
  if (equals == std::string_view::npos) return fmt::format("'{}' has no value", named);
  const auto value = option.substr(equals + 1);
  if (is_accepted(name, value)) return std::nullopt;
  return fmt::format("'{}' has the value '{}', which is not allowed", named, shortened(value, 64));
}

}  // namespace glusterconsul::admin
