#include "gluster/client_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "gluster/known_options.hpp"
#include "gluster/volume_path.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

tl::unexpected<Error> refused(std::string_view name, std::string_view why, std::string hint = {}) {
  return fail(ErrorCode::kUsage, fmt::format("option {}: {}", shortened(name, 100), why),
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

/// Parses "gl1:10.0.0.2:[2001:db8::1]"; empty names are skipped, as in mount.glusterfs.
Result<std::vector<Host>> parse_backup_servers(std::string_view list) {
  std::vector<Host> hosts;
  while (!list.empty()) {
    std::string_view name;
    if (list.front() == '[') {
      const auto end = list.find(']');
      if (end == std::string_view::npos) {
        return fail(ErrorCode::kUsage, "missing ']' after '['");
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

/// Translates the options one by one; finish() puts the arguments in order.
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
  /// The arguments for each of known_options(); later ones replace earlier ones.
  std::vector<std::vector<std::string>> words_{known_options().size()};
};

/// The index of an option in known_options(); their number if it is not one of them.
std::size_t index_of(std::string_view name) {
  const auto known = known_options();
  const auto row = std::find_if(known.begin(), known.end(),
                                [&](const KnownOption& each) { return each.name == name; });
  return static_cast<std::size_t>(row - known.begin());
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

/// Checks that the option has a value if it needs one, none if it takes none, and only an allowed
/// one.
Result<void> check_value(const KnownOption& known, const std::optional<std::string>& value) {
  if (value && takes(known) == Takes::kNoValue)
    return refused(known.name, "it does not take a value");
  if (!value && takes(known) == Takes::kValue) return refused(known.name, "it requires a value");
  if (!value || value->empty() || known.rule.is_allowed(without_quotes(*value))) return {};
  return refused(known.name,
                 fmt::format("'{}' is not {}", shortened(*value, 100), known.rule.wanted));
}

Result<void> Translation::add(const Option& option) {
  // For systemd, udev and other programs; mount(8) allows any such option.
  if (option.name.starts_with("x-") || option.name.starts_with("X-")) return {};
  if (!is_option_name(option.name)) {
    return refused(option.name, "a name consists of letters, digits, '-' and '_'");
  }
  if (option.value && holds_control_character(*option.value)) {
    return refused(option.name, "its value contains a control character");
  }
  const std::size_t index = index_of(option.name);
  return index < known_options().size() ? add_known(index, option) : add_unknown(option);
}

Result<void> Translation::add_known(std::size_t index, const Option& option) {
  const KnownOption& known = known_options()[index];
  TRY(check_value(known, option.value));
  if (option.value && option.value->empty()) {
    options_.warnings.push_back({fmt::format("{}= has no value and is ignored", known.name)});
    return {};
  }
  const std::string_view value = option.value ? without_quotes(*option.value) : std::string_view();
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
      // In quotes, so that the commas in its categories do not separate options.
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
      {fmt::format("log-level={} is not a log level; using INFO", shortened(value, 100))});
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
    options_.warnings.push_back(
        {"volume-id= has no effect: the volume is specified in the source"});
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
  // getopt_long(3) completes an unambiguous abbreviation, so an abbreviation of an option in our
  // tables must not reach the client.
  const std::string_view name = option.name;
  for (const auto& row : rejected_options()) {
    if (row.name == name) return refused(name, row.why, std::string(row.hint));
  }
  const auto completes = [&](std::string_view full) { return full.starts_with(name); };
  for (const auto& row : rejected_options()) {
    if (completes(row.name)) return refused(name, "no such option");
  }
  for (const auto& row : known_options()) {
    if (completes(row.name) || completes(row.argument)) {
      return refused(name, "no such option", fmt::format("did you mean {}?", row.name));
    }
  }
  options_.unknown.push_back(option.value ? fmt::format("--{}={}", name, *option.value)
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
