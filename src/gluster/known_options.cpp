#include "gluster/known_options.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), to_lower(text)) != words.end();
}

bool is_boolean(std::string_view text) {
  return is_yes(text) || is_no(text);
}

bool is_unsigned(std::string_view text) {
  return parse_number(text, 0, UINT32_MAX).has_value();
}

bool is_integer(std::string_view text) {
  return is_unsigned(text.starts_with('-') ? text.substr(1) : text);
}

bool is_seconds(std::string_view text) {
  const auto point = text.find('.');
  const auto fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  return is_unsigned(text.substr(0, point)) && is_unsigned(fraction);
}

bool is_xlator_option(std::string_view text) {
  const auto point = text.find('.');
  return point != std::string_view::npos && text.find('=', point) != std::string_view::npos;
}

constexpr ValueRule kAny = {"", [](std::string_view) { return true; }};
constexpr ValueRule kBoolean = {"yes or no", is_boolean};
constexpr ValueRule kBooleanOrAuto = {"yes, no or auto", [](std::string_view text) {
                                        return is_boolean(text) || is_one_of(text, {"auto"});
                                      }};
constexpr ValueRule kUnsigned = {"a whole number", is_unsigned};
constexpr ValueRule kInteger = {"a whole number", is_integer};
constexpr ValueRule kSeconds = {"a number of seconds", is_seconds};
constexpr ValueRule kThreads = {"a number from 1 to 64", [](std::string_view text) {
                                  return parse_number(text, 1, 64).has_value();
                                }};
constexpr ValueRule kGranularity = {
    "a number of nanoseconds up to 1000000000",
    [](std::string_view text) { return parse_number(text, 0, 1'000'000'000).has_value(); }};
constexpr ValueRule kOomScore = {"a number from -1000 to 1000", [](std::string_view text) {
                                   if (text.starts_with('-')) text.remove_prefix(1);
                                   return parse_number(text, 0, 1000).has_value();
                                 }};
constexpr ValueRule kUserPort = {"a port from 1024 to 65535", [](std::string_view text) {
                                   return parse_number(text, 1024, 65535).has_value();
                                 }};
constexpr ValueRule kXlatorOption = {"TRANSLATOR.OPTION=VALUE", is_xlator_option};
constexpr ValueRule kAbsolute = {"an absolute path",
                                 [](std::string_view text) { return text.starts_with('/'); }};
constexpr ValueRule kTransport = {"tcp or rdma", [](std::string_view text) {
                                    return text != "unix" && text.size() <= 16 &&
                                           std::all_of(text.begin(), text.end(), is_ascii_alnum);
                                  }};
constexpr ValueRule kContext = {
    "a context without double quotes inside",
    [](std::string_view text) { return text.find('"') == std::string_view::npos; }};

/// The value rules reject what makes `glusterfs` 10.3 and 11.1 exit with a usage error
/// (docs/facts.md, "Client rejects options that it does not know"). For the VFS options that can be
/// passed to the client, see docs/facts.md, "VFS options of the FUSE mount call".
constexpr auto kKnown = std::to_array<KnownOption>({
    {"ro", Form::kReadOnly, "", kAny},
    {"rw", Form::kReadWrite, "", kAny},
    {"acl", Form::kFlag, "acl", kAny},
    {"selinux", Form::kFlag, "selinux", kAny},
    {"enable-ino32", Form::kFlag, "enable-ino32", kAny},
    {"worm", Form::kFlag, "worm", kAny},
    {"fetch-attempts", Form::kAssign, "volfile-max-fetch-attempts", kAny},
    {"volfile-check", Form::kFlagOfValue, "volfile-check", kAny},
    {"mem-accounting", Form::kFlag, "mem-accounting", kAny},
    {"aux-gfid-mount", Form::kFlag, "aux-gfid-mount", kAny},
    {"resolve-gids", Form::kFlag, "resolve-gids", kAny},
    {"no-root-squash", Form::kSquash, "no-root-squash", kBoolean},
    {"root-squash", Form::kSquash, "no-root-squash", kBoolean},
    {"thin-client", Form::kFlag, "thin-client", kAny},
    {"global-threading", Form::kFlag, "global-threading", kAny},
    {"localtime-logging", Form::kFlag, "localtime-logging", kAny},
    {"fopen-keep-cache", Form::kAssignOrTrue, "fopen-keep-cache", kBoolean},
    {"halo-max-latency", Form::kReplicate, "halo-max-latency", kAny},
    {"halo-max-replicas", Form::kReplicate, "halo-max-replicas", kAny},
    {"halo-min-replicas", Form::kReplicate, "halo-min-replicas", kAny},
    {"log-level", Form::kLogLevel, "log-level", kAny},
    {"log-file", Form::kAssign, "log-file", kAbsolute},
    {"direct-io-mode", Form::kAssign, "direct-io-mode", kBooleanOrAuto},
    {"use-readdirp", Form::kAssign, "use-readdirp", kBoolean},
    {"event-history", Form::kAssign, "event-history", kBoolean},
    {"reader-thread-count", Form::kAssign, "reader-thread-count", kThreads},
    {"auto-invalidation", Form::kAssign, "auto-invalidation", kAny},
    {"volume-name", Form::kAssign, "volume-name", kAny},
    {"attribute-timeout", Form::kAssign, "attribute-timeout", kSeconds},
    {"entry-timeout", Form::kAssign, "entry-timeout", kSeconds},
    {"negative-timeout", Form::kAssign, "negative-timeout", kSeconds},
    {"gid-timeout", Form::kAssign, "gid-timeout", kUnsigned},
    {"lru-limit", Form::kAssign, "lru-limit", kInteger},
    {"inode-table-size", Form::kAssign, "inode-table-size", kInteger},
    {"invalidate-limit", Form::kAssign, "invalidate-limit", kInteger},
    {"background-qlen", Form::kAssign, "background-qlen", kUnsigned},
    {"congestion-threshold", Form::kAssign, "congestion-threshold", kUnsigned},
    {"oom-score-adj", Form::kAssign, "oom-score-adj", kOomScore},
    {"xlator-option", Form::kAssignEach, "xlator-option", kXlatorOption},
    {"kernel-writeback-cache", Form::kAssign, "kernel-writeback-cache", kBoolean},
    {"attr-times-granularity", Form::kAssign, "attr-times-granularity", kGranularity},
    {"dump-fuse", Form::kAssign, "dump-fuse", kAbsolute},
    {"fuse-flush-handle-interrupt", Form::kAssign, "fuse-flush-handle-interrupt", kBoolean},
    {"process-name", Form::kProcessName, "process-name", kAny},
    {"io-engine", Form::kAssign, "io-engine", kAny},
    {"fuse-dev-eperm-ratelimit-ns", Form::kAssign, "fuse-dev-eperm-ratelimit-ns", kUnsigned},
    // Options that select servers or volume, or have a separate place in the command line.
    {"backup-volfile-servers", Form::kField, "", kAny},
    {"backupvolfile-server", Form::kField, "", kAny},
    {"server-port", Form::kField, "", kUserPort},
    {"transport", Form::kField, "", kTransport},
    {"volume-id", Form::kField, "", kAny},
    {"subdir-mount", Form::kField, "", kAny},
    {"fuse-mountopts", Form::kField, "", kAny},
    {"dev", Form::kMountFlag, "", kAny},
    {"nodev", Form::kMountFlag, "", kAny},
    {"exec", Form::kMountFlag, "", kAny},
    {"noexec", Form::kMountFlag, "", kAny},
    {"suid", Form::kMountFlag, "", kAny},
    {"nosuid", Form::kMountFlag, "", kAny},
    {"atime", Form::kMountFlag, "", kAny},
    {"noatime", Form::kMountFlag, "", kAny},
    {"auto_unmount", Form::kMountFlag, "", kAny},
    {"context", Form::kContextFlag, "", kContext},
    {"fscontext", Form::kContextFlag, "", kContext},
    {"defcontext", Form::kContextFlag, "", kContext},
    {"rootcontext", Form::kContextFlag, "", kContext},
    {"auto", Form::kIgnored, "", kAny},
    {"noauto", Form::kIgnored, "", kAny},
    {"_netdev", Form::kIgnored, "", kAny},
});

constexpr std::string_view kOurs = "the source and Consul decide this";
constexpr std::string_view kOtherName = "it has a different name here";
constexpr std::string_view kNoMount = "with it, the client does not mount anything";
constexpr std::string_view kVfs = "it is a flag of mount(8) that the client does not accept";

constexpr auto kRejected = std::to_array<RejectedOption>({
    {"volfile", kOurs},
    {"spec-file", kOurs},
    {"volfile-server", kOurs},
    {"volfile-id", kOurs},
    {"fs-display-name", kOurs},
    {"volfile-server-port", kOtherName, "use server-port="},
    {"volfile-server-transport", kOtherName, "use transport="},
    {"read-only", kOtherName, "use ro"},
    {"pid-file", "the program keeps track of the client itself"},
    {"socket-file", "it is for bricks and daemons"},
    {"run-id", "it is for gluster's own tests"},
    {"no-daemon", "a mount cannot stay in the foreground"},
    {"debug", "a mount cannot stay in the foreground", "use log-level=DEBUG"},
    {"brick-name", "it is for bricks"},
    {"brick-port", "it is for bricks"},
    {"brick-mux", "it is for bricks"},
    {"print-exports", kNoMount},
    {"print-netgroups", kNoMount},
    {"print-xlatordir", kNoMount},
    {"print-statedumpdir", kNoMount},
    {"print-logdir", kNoMount},
    {"print-libexecdir", kNoMount},
    {"help", kNoMount},
    {"usage", kNoMount},
    {"version", kNoMount},
    {"sync", kVfs},
    {"async", kVfs},
    {"dirsync", kVfs},
    {"mand", kVfs},
    {"nomand", kVfs},
    {"silent", kVfs},
    {"loud", kVfs},
    {"iversion", kVfs},
    {"noiversion", kVfs},
    {"relatime", kVfs},
    {"norelatime", kVfs},
    {"strictatime", kVfs},
    {"nostrictatime", kVfs},
    {"diratime", kVfs},
    {"nodiratime", kVfs},
    {"lazytime", kVfs},
    {"nolazytime", kVfs},
    {"symfollow", kVfs},
    {"nosymfollow", kVfs},
    {"nofail", kVfs},
    {"remount", kVfs},
    {"defaults", kVfs},
});

}  // namespace

std::span<const KnownOption> known_options() {
  return kKnown;
}

std::span<const RejectedOption> rejected_options() {
  return kRejected;
}

std::optional<std::string_view> similar_option(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& row : kKnown) names.push_back(row.name);
  for (const auto& row : kRejected) {
    if (row.why == kVfs) names.push_back(row.name);
  }
  return nearest(name, names);
}

bool is_yes(std::string_view text) {
  return is_one_of(text, {"yes", "on", "enable", "true", "1"});
}

bool is_no(std::string_view text) {
  return is_one_of(text, {"no", "off", "disable", "false", "0"});
}

}  // namespace glusterconsul::gluster
