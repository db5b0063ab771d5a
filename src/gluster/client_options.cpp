#include "gluster/client_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "gluster/volume_path.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

/// What a value may be. `is_allowed` says no only where the client would, too.
struct ValueRule {
  std::string_view wanted;
  bool (*is_allowed)(std::string_view);
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), to_lower(text)) != words.end();
}

bool is_yes(std::string_view text) {
  return is_one_of(text, {"yes", "on", "enable", "true", "1"});
}

bool is_no(std::string_view text) {
  return is_one_of(text, {"no", "off", "disable", "false", "0"});
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

enum class Form {
  kFlag,          ///< --ARGUMENT; takes no value
  kFlagOfValue,   ///< --ARGUMENT, whatever the value is
  kAssign,        ///< --ARGUMENT=VALUE
  kAssignEach,    ///< the same, and each that is given is handed on
  kAssignOrTrue,  ///< --ARGUMENT=VALUE, without a value --ARGUMENT=true
  kReplicate,     ///< --xlator-option *replicate*.ARGUMENT=VALUE
  kProcessName,   ///< --process-name fuse.VALUE
  kLogLevel,      ///< --log-level=VALUE in capitals, INFO where it is none
  kSquash,        ///< --no-root-squash where VALUE says so
  kField,         ///< a member of ClientOptions
  kReadOnly,      ///< read_only = true
  kReadWrite,     ///< read_only = false
  kMountFlag,     ///< a word for the FUSE mount call
  kContextFlag,   ///< NAME="VALUE" for the FUSE mount call
  kIgnored,       ///< for others: systemd, fstab
};

struct KnownOption {
  std::string_view name;
  Form form;
  std::string_view argument;
  const ValueRule& rule = kAny;
};

/// Every option that mount.glusterfs 10 and 11 know, in the order of their command line;
/// command_line.cpp leaves out what the installed client is too old for.
/// The value rules are what `glusterfs` 10.3 and 11.1 end with a usage error for
/// (docs/facts.md, "Client rejects options that it does not know"). Which VFS words the client
/// can be given: docs/facts.md, "VFS options of the FUSE mount call".
constexpr std::array kKnown = {
    KnownOption{"ro", Form::kReadOnly, ""},
    KnownOption{"rw", Form::kReadWrite, ""},
    KnownOption{"acl", Form::kFlag, "acl"},
    KnownOption{"selinux", Form::kFlag, "selinux"},
    KnownOption{"enable-ino32", Form::kFlag, "enable-ino32"},
    KnownOption{"worm", Form::kFlag, "worm"},
    KnownOption{"fetch-attempts", Form::kAssign, "volfile-max-fetch-attempts"},
    KnownOption{"volfile-check", Form::kFlagOfValue, "volfile-check"},
    KnownOption{"mem-accounting", Form::kFlag, "mem-accounting"},
    KnownOption{"aux-gfid-mount", Form::kFlag, "aux-gfid-mount"},
    KnownOption{"resolve-gids", Form::kFlag, "resolve-gids"},
    KnownOption{"no-root-squash", Form::kSquash, "no-root-squash", kBoolean},
    KnownOption{"root-squash", Form::kSquash, "no-root-squash", kBoolean},
    KnownOption{"thin-client", Form::kFlag, "thin-client"},
    KnownOption{"global-threading", Form::kFlag, "global-threading"},
    KnownOption{"localtime-logging", Form::kFlag, "localtime-logging"},
    KnownOption{"fopen-keep-cache", Form::kAssignOrTrue, "fopen-keep-cache", kBoolean},
    KnownOption{"halo-max-latency", Form::kReplicate, "halo-max-latency"},
    KnownOption{"halo-max-replicas", Form::kReplicate, "halo-max-replicas"},
    KnownOption{"halo-min-replicas", Form::kReplicate, "halo-min-replicas"},
    KnownOption{"log-level", Form::kLogLevel, "log-level"},
    KnownOption{"log-file", Form::kAssign, "log-file", kAbsolute},
    KnownOption{"direct-io-mode", Form::kAssign, "direct-io-mode", kBooleanOrAuto},
    KnownOption{"use-readdirp", Form::kAssign, "use-readdirp", kBoolean},
    KnownOption{"event-history", Form::kAssign, "event-history", kBoolean},
    KnownOption{"reader-thread-count", Form::kAssign, "reader-thread-count", kThreads},
    KnownOption{"auto-invalidation", Form::kAssign, "auto-invalidation"},
    KnownOption{"volume-name", Form::kAssign, "volume-name"},
    KnownOption{"attribute-timeout", Form::kAssign, "attribute-timeout", kSeconds},
    KnownOption{"entry-timeout", Form::kAssign, "entry-timeout", kSeconds},
    KnownOption{"negative-timeout", Form::kAssign, "negative-timeout", kSeconds},
    KnownOption{"gid-timeout", Form::kAssign, "gid-timeout", kUnsigned},
    KnownOption{"lru-limit", Form::kAssign, "lru-limit", kInteger},
    KnownOption{"inode-table-size", Form::kAssign, "inode-table-size", kInteger},
    KnownOption{"invalidate-limit", Form::kAssign, "invalidate-limit", kInteger},
    KnownOption{"background-qlen", Form::kAssign, "background-qlen", kUnsigned},
    KnownOption{"congestion-threshold", Form::kAssign, "congestion-threshold", kUnsigned},
    KnownOption{"oom-score-adj", Form::kAssign, "oom-score-adj", kOomScore},
    KnownOption{"xlator-option", Form::kAssignEach, "xlator-option", kXlatorOption},
    KnownOption{"kernel-writeback-cache", Form::kAssign, "kernel-writeback-cache", kBoolean},
    KnownOption{"attr-times-granularity", Form::kAssign, "attr-times-granularity", kGranularity},
    KnownOption{"dump-fuse", Form::kAssign, "dump-fuse", kAbsolute},
    KnownOption{"fuse-flush-handle-interrupt", Form::kAssign, "fuse-flush-handle-interrupt",
                kBoolean},
    KnownOption{"process-name", Form::kProcessName, "process-name"},
    KnownOption{"io-engine", Form::kAssign, "io-engine"},
    KnownOption{"fuse-dev-eperm-ratelimit-ns", Form::kAssign, "fuse-dev-eperm-ratelimit-ns",
                kUnsigned},
    // What decides on servers and volume, and has its place in the command line.
    KnownOption{"backup-volfile-servers", Form::kField, ""},
    KnownOption{"backupvolfile-server", Form::kField, ""},
    KnownOption{"server-port", Form::kField, "", kUserPort},
    KnownOption{"transport", Form::kField, "", kTransport},
    KnownOption{"volume-id", Form::kField, ""},
    KnownOption{"subdir-mount", Form::kField, ""},
    KnownOption{"fuse-mountopts", Form::kField, ""},
    KnownOption{"dev", Form::kMountFlag, ""},
    KnownOption{"nodev", Form::kMountFlag, ""},
    KnownOption{"exec", Form::kMountFlag, ""},
    KnownOption{"noexec", Form::kMountFlag, ""},
    KnownOption{"suid", Form::kMountFlag, ""},
    KnownOption{"nosuid", Form::kMountFlag, ""},
    KnownOption{"atime", Form::kMountFlag, ""},
    KnownOption{"noatime", Form::kMountFlag, ""},
    KnownOption{"auto_unmount", Form::kMountFlag, ""},
    KnownOption{"context", Form::kContextFlag, "", kContext},
    KnownOption{"fscontext", Form::kContextFlag, "", kContext},
    KnownOption{"defcontext", Form::kContextFlag, "", kContext},
    KnownOption{"rootcontext", Form::kContextFlag, "", kContext},
    KnownOption{"auto", Form::kIgnored, ""},
    KnownOption{"noauto", Form::kIgnored, ""},
    KnownOption{"_netdev", Form::kIgnored, ""},
};

struct RefusedOption {
  std::string_view name;
  std::string_view why;
  std::string_view hint = {};
};

constexpr std::string_view kOurs = "the source and Consul decide this";
constexpr std::string_view kOtherName = "it has another name here";
constexpr std::string_view kNoMount = "the client would not mount with it";
constexpr std::string_view kVfs = "it is a flag of mount(8) that the client does not accept";

/// What would reach the client and must not: it changes what is mounted from
/// where, or what the started process does.
constexpr std::array kRefused = {
    RefusedOption{"volfile", kOurs},
    RefusedOption{"spec-file", kOurs},
    RefusedOption{"volfile-server", kOurs},
    RefusedOption{"volfile-id", kOurs},
    RefusedOption{"fs-display-name", kOurs},
    RefusedOption{"volfile-server-port", kOtherName, "use server-port="},
    RefusedOption{"volfile-server-transport", kOtherName, "use transport="},
    RefusedOption{"read-only", kOtherName, "use ro"},
    RefusedOption{"pid-file", "the program keeps track of the client itself"},
    RefusedOption{"socket-file", "it is for bricks and daemons"},
    RefusedOption{"run-id", "it is for gluster's own tests"},
    RefusedOption{"no-daemon", "a mount cannot stay in the foreground"},
    RefusedOption{"debug", "a mount cannot stay in the foreground", "use log-level=DEBUG"},
    RefusedOption{"brick-name", "it is for bricks"},
    RefusedOption{"brick-port", "it is for bricks"},
    RefusedOption{"brick-mux", "it is for bricks"},
    RefusedOption{"print-exports", kNoMount},
    RefusedOption{"print-netgroups", kNoMount},
    RefusedOption{"print-xlatordir", kNoMount},
    RefusedOption{"print-statedumpdir", kNoMount},
    RefusedOption{"print-logdir", kNoMount},
    RefusedOption{"print-libexecdir", kNoMount},
    RefusedOption{"help", kNoMount},
    RefusedOption{"usage", kNoMount},
    RefusedOption{"version", kNoMount},
    RefusedOption{"sync", kVfs},
    RefusedOption{"async", kVfs},
    RefusedOption{"dirsync", kVfs},
    RefusedOption{"mand", kVfs},
    RefusedOption{"nomand", kVfs},
    RefusedOption{"silent", kVfs},
    RefusedOption{"loud", kVfs},
    RefusedOption{"iversion", kVfs},
    RefusedOption{"noiversion", kVfs},
    RefusedOption{"relatime", kVfs},
    RefusedOption{"norelatime", kVfs},
    RefusedOption{"strictatime", kVfs},
    RefusedOption{"nostrictatime", kVfs},
    RefusedOption{"diratime", kVfs},
    RefusedOption{"nodiratime", kVfs},
    RefusedOption{"lazytime", kVfs},
    RefusedOption{"nolazytime", kVfs},
    RefusedOption{"symfollow", kVfs},
    RefusedOption{"nosymfollow", kVfs},
    RefusedOption{"nofail", kVfs},
    RefusedOption{"remount", kVfs},
    RefusedOption{"defaults", kVfs},
};

tl::unexpected<Error> refused(std::string_view name, std::string_view why, std::string hint = {}) {
  return fail(ErrorCode::kUsage,
              fmt::format("option {}: {}", printable(name, 100), printable(why, 300)),
              std::move(hint));
}

bool holds_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

bool is_option_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
}

/// `"a,b"` is how a comma gets through mount(8)'s option string.
std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

/// "gl1:10.0.0.2:[2001:db8::1]"; empty names are left out, as the script does.
Result<std::vector<Host>> parse_backup_servers(std::string_view list) {
  std::vector<Host> hosts;
  while (!list.empty()) {
    std::string_view name;
    if (list.front() == '[') {
      const auto end = list.find(']');
      if (end == std::string_view::npos) {
        return fail(ErrorCode::kUsage, "a '[' has no ']'");
      }
      name = list.substr(1, end - 1);
      list.remove_prefix(end + 1);
      if (!list.empty() && list.front() != ':') {
        return fail(ErrorCode::kUsage, "only ':' can follow ']'");
      }
    } else {
      name = list.substr(0, list.find(':'));
      list.remove_prefix(name.size());
    }
    if (!list.empty()) list.remove_prefix(1);
    if (name.empty()) continue;
    TRY_ASSIGN(auto host, Host::parse(name));
    hosts.push_back(std::move(host));
  }
  return hosts;
}

Result<std::string> parse_subdirectory(std::string_view value) {
  // The rules of a directory in a source are those of a directory in an option.
  const auto path = parse_volume_path("volume/" + std::string(value));
  if (!path) return fail(ErrorCode::kUsage, "'.', '..' and very long paths are not allowed");
  return path->subdirectory;
}

/// Takes the options one by one; the arguments are put in order at the end.
class Translation {
 public:
  Result<void> add(const Option& option);
  ClientOptions finish() &&;

 private:
  Result<void> add_known(std::size_t index, const Option& option);
  Result<void> add_unknown(const Option& option);
  Result<void> set_field(const KnownOption& known, std::string_view value);
  std::string log_level(std::string_view value);
  void set_squash(std::string_view name, std::string_view value);

  ClientOptions options_;
  std::optional<Host> single_backup_;
  /// The arguments that each row of kKnown became; later ones replace earlier ones.
  std::array<std::vector<std::string>, kKnown.size()> words_;
  std::vector<std::string> unknown_;
};

constexpr std::size_t index_of(std::string_view name) {
  std::size_t index = 0;
  while (index < kKnown.size() && kKnown.at(index).name != name) ++index;
  return index;
}

enum class Takes { kNoValue, kValue, kEither };

Takes takes(const KnownOption& known) {
  switch (known.form) {
    case Form::kFlag:
    case Form::kReadOnly:
    case Form::kReadWrite:
    case Form::kMountFlag:
    case Form::kIgnored:
      return Takes::kNoValue;
    case Form::kAssign:
    case Form::kAssignEach:
    case Form::kReplicate:
    case Form::kProcessName:
    case Form::kLogLevel:
    case Form::kField:
    case Form::kContextFlag:
      return Takes::kValue;
    case Form::kFlagOfValue:
    case Form::kAssignOrTrue:
    case Form::kSquash:
      return Takes::kEither;
  }
  return Takes::kEither;
}

/// Whether the option has a value where it needs one, and one that is allowed.
Result<void> check_value(const KnownOption& known, const std::optional<std::string>& value) {
  if (value && takes(known) == Takes::kNoValue) return refused(known.name, "it takes no value");
  if (!value && takes(known) == Takes::kValue) return refused(known.name, "it needs a value");
  if (!value || value->empty() || known.rule.is_allowed(unquoted(*value))) return {};
  return refused(known.name,
                 fmt::format("'{}' is not {}", printable(*value, 100), known.rule.wanted));
}

Result<void> Translation::add(const Option& option) {
  // For systemd, udev and other programs; mount(8) says they may be anything.
  if (option.name.starts_with("x-") || option.name.starts_with("X-")) return {};
  if (!is_option_name(option.name)) {
    return refused(option.name, "a name consists of letters, digits, '-' and '_'");
  }
  if (option.value && holds_control_character(*option.value)) {
    return refused(option.name, "its value contains a control character");
  }
  const std::size_t index = index_of(option.name);
  return index < kKnown.size() ? add_known(index, option) : add_unknown(option);
}

Result<void> Translation::add_known(std::size_t index, const Option& option) {
  const KnownOption& known = kKnown.at(index);
  TRY(check_value(known, option.value));
  if (option.value && option.value->empty()) {
    options_.warnings.push_back({fmt::format("{}= has no value and is ignored", known.name)});
    return {};
  }
  const std::string_view value = option.value ? unquoted(*option.value) : std::string_view();
  auto& words = words_.at(index);
  switch (known.form) {
    case Form::kFlag:
    case Form::kFlagOfValue:
      words = {fmt::format("--{}", known.argument)};
      break;
    case Form::kAssign:
      words = {fmt::format("--{}={}", known.argument, value)};
      if (known.name == "log-file") options_.log_file = value;
      break;
    case Form::kAssignEach:
      words.push_back(fmt::format("--{}={}", known.argument, value));
      break;
    case Form::kAssignOrTrue:
      words = {fmt::format("--{}={}", known.argument, option.value ? value : "true")};
      break;
    case Form::kReplicate:
      words = {"--xlator-option", fmt::format("*replicate*.{}={}", known.argument, value)};
      break;
    case Form::kProcessName:
      words = {"--process-name", fmt::format("fuse.{}", value)};
      break;
    case Form::kLogLevel:
      words = {fmt::format("--log-level={}", log_level(value))};
      break;
    case Form::kSquash:
      set_squash(known.name, value);
      break;
    case Form::kField:
      return set_field(known, value);
    case Form::kReadOnly:
    case Form::kReadWrite:
      options_.read_only = known.form == Form::kReadOnly;
      break;
    case Form::kMountFlag:
      options_.fuse_mount_options.emplace_back(known.name);
      break;
    case Form::kContextFlag:
      // In quotes, so that the commas of its categories stay inside.
      options_.fuse_mount_options.push_back(fmt::format("{}=\"{}\"", known.name, value));
      break;
    case Form::kIgnored:
      break;
  }
  return {};
}

std::string Translation::log_level(std::string_view value) {
  static constexpr std::array<std::string_view, 7> kLevels = {
      "NONE", "CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "TRACE"};
  const auto* level = std::find_if(kLevels.begin(), kLevels.end(), [&](std::string_view name) {
    return to_lower(name) == to_lower(value);
  });
  if (level != kLevels.end()) return std::string(*level);
  options_.warnings.push_back(
      {fmt::format("log-level={} is not a log level; using INFO", printable(value, 100))});
  return "INFO";
}

void Translation::set_squash(std::string_view name, std::string_view value) {
  const bool is_off = name == "root-squash" ? is_no(value) : value.empty() || is_yes(value);
  auto& words = words_.at(index_of("no-root-squash"));
  words.clear();
  if (is_off) words.emplace_back("--no-root-squash");
}

Result<void> Translation::set_field(const KnownOption& known, std::string_view value) {
  const std::string_view name = known.name;
  if (name == "server-port") {
    options_.server_port = static_cast<Port>(parse_number(value, 1024, 65535).value_or(0));
  } else if (name == "transport") {
    options_.transport = value;
  } else if (name == "fuse-mountopts") {
    options_.fuse_mount_options.emplace_back(value);
  } else if (name == "volume-id") {
    options_.volume_id = value;
    options_.warnings.push_back({"volume-id= has no effect: the source names the volume"});
  } else if (name == "subdir-mount") {
    auto directory = parse_subdirectory(value);
    if (!directory) return refused(name, directory.error().message);
    if (!directory->empty()) options_.subdirectory = *std::move(directory);
  } else if (name == "backupvolfile-server") {
    auto host = Host::parse(value);
    if (!host) return refused(name, host.error().message);
    single_backup_ = *std::move(host);
  } else if (name == "backup-volfile-servers") {
    auto hosts = parse_backup_servers(value);
    if (!hosts) return refused(name, hosts.error().message);
    options_.backup_servers = *std::move(hosts);
  }
  return {};
}

Result<void> Translation::add_unknown(const Option& option) {
  // getopt_long(3) completes what is the beginning of one known name, so a
  // beginning of a name of ours must not get there.
  const std::string_view name = option.name;
  for (const auto& row : kRefused) {
    if (row.name == name) return refused(name, row.why, std::string(row.hint));
  }
  const auto completes = [&](std::string_view full) { return full.starts_with(name); };
  for (const auto& row : kRefused) {
    if (completes(row.name)) return refused(name, "there is no such option");
  }
  for (const auto& row : kKnown) {
    if (completes(row.name) || completes(row.argument)) {
      return refused(name, "there is no such option", fmt::format("did you mean {}?", row.name));
    }
  }
  unknown_.push_back(option.value ? fmt::format("--{}={}", name, *option.value)
                                  : fmt::format("--{}", name));
  return {};
}

ClientOptions Translation::finish() && {
  if (options_.backup_servers.empty() && single_backup_) {
    options_.backup_servers.push_back(*std::move(single_backup_));
  }
  auto& process_name = words_.at(index_of("process-name"));
  if (process_name.empty()) process_name = {"--process-name", "fuse"};
  auto& arguments = options_.arguments;
  for (auto& words : words_) {
    arguments.insert(arguments.end(), words.begin(), words.end());
  }
  arguments.insert(arguments.end(), unknown_.begin(), unknown_.end());
  return std::move(options_);
}

}  // namespace

Result<ClientOptions> translate(const std::vector<Option>& options) {
  Translation translation;
  for (const auto& option : options) {
    TRY(translation.add(option));
  }
  return std::move(translation).finish();
}

}  // namespace glusterconsul::gluster
