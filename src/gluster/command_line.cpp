#include "gluster/command_line.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "gluster/client_output.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

struct NewerOption {
  std::string_view argument;
  ClientVersion since;
};

/// Options of mount.glusterfs that the oldest supported client, 9, does not have: those added to
/// the client's option table (glusterfsd.c) since. They only tune the client, so omitting them does
/// not change what is mounted.
constexpr std::array kNewerOptions = {NewerOption{"io-engine", {10, 0}},
                                      NewerOption{"inode-table-size", {11, 0}}};

/// The row for this word of the command line if the client is too old for it, otherwise nullptr.
const NewerOption* too_new(std::string_view word, const ClientVersion& version) {
  if (!word.starts_with("--")) return nullptr;
  const auto name = word.substr(2, word.find('=') - 2);
  const auto* row = std::find_if(kNewerOptions.begin(), kNewerOptions.end(),
                                 [&](const auto& newer) { return newer.argument == name; });
  return row != kNewerOptions.end() && version < row->since ? row : nullptr;
}

/// The version in a line that begins like "glusterfs 10.3"; nothing for any other line.
std::optional<ClientVersion> version_in(std::string_view line) {
  constexpr std::string_view kName = "glusterfs ";
  constexpr std::uint64_t kMax = 9999;
  if (!line.starts_with(kName)) return std::nullopt;
  const auto digits_of = [](std::string_view text) {
    return text.substr(0, text.find_first_not_of("0123456789"));
  };
  std::string_view rest = line.substr(kName.size());
  const auto major = parse_number(digits_of(rest), 0, kMax);
  if (!major) return std::nullopt;
  rest.remove_prefix(digits_of(rest).size());
  const auto minor =
      rest.starts_with('.') ? parse_number(digits_of(rest.substr(1)), 0, kMax) : std::nullopt;
  return ClientVersion{static_cast<unsigned>(*major), static_cast<unsigned>(minor.value_or(0))};
}

std::optional<IpAddress::Family> family(const Host& host) {
  const auto* address = host.address();
  if (address == nullptr) return std::nullopt;
  return address->family();
}

/// "2001:db8:0:0:0:0:0:1"
std::string all_groups(const IpAddress& ipv6) {
  in6_addr address{};
  ::inet_pton(AF_INET6, ipv6.text().c_str(), &address);
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < sizeof address.s6_addr; i += 2) {
    groups.push_back(fmt::format("{:x}", address.s6_addr[i] * 256U + address.s6_addr[i + 1]));
  }
  return join(groups, ":");
}

IpAddress::Family primary_family(const ClientCommand& command) {
  const auto literal = family(command.servers.front());
  return literal ? *literal : command.primary_family.value_or(IpAddress::Family::kV4);
}

std::vector<Host> all_servers(const ClientCommand& command) {
  std::vector<Host> servers = command.servers;
  for (const auto& backup : command.options.backup_servers) {
    if (std::find(servers.begin(), servers.end(), backup) == servers.end()) {
      servers.push_back(backup);
    }
  }
  return servers;
}

std::string volume_key(const ClientCommand& command) {
  std::string key = command.path.volfile_id();
  const auto& given = command.options.arguments;
  // A thin client requests "gfproxy-client/" followed by the key, and glusterd accepts no second
  // slash there.
  const bool is_thin = std::find(given.begin(), given.end(), "--thin-client") != given.end();
  if (!key.starts_with('/') && !is_thin) key.insert(0, 1, '/');
  // A volume has one volfile for each transport.
  if (command.options.transport) key += "." + *command.options.transport;
  return key;
}

bool sets_address_family(const ClientOptions& options) {
  return std::any_of(options.arguments.begin(), options.arguments.end(), [](const auto& argument) {
    return argument.find("transport.address-family=") != std::string::npos;
  });
}

void add_servers(std::vector<std::string>& words, const ClientCommand& command) {
  const bool one_family = !sets_address_family(command.options);
  const auto& by_user = command.options.backup_servers;
  const auto wanted = primary_family(command);
  if (one_family && wanted == IpAddress::Family::kV6) {
    words.emplace_back("--xlator-option=transport.address-family=inet6");
  }
  for (const auto& server : all_servers(command)) {
    const bool named_by_user = std::find(by_user.begin(), by_user.end(), server) != by_user.end();
    if (one_family && !named_by_user && family(server).value_or(wanted) != wanted) continue;
    words.push_back("--volfile-server=" + server_text(server, command.port, command.version));
  }
  if (command.port != kGlusterdPort || command.options.server_port) {
    words.push_back(fmt::format("--volfile-server-port={}", command.port));
  }
}

}  // namespace

Result<ClientVersion> parse_client_version(std::string_view output) {
  // Lines from the dynamic loader or from a preloaded library may come first.
  for (const auto line : split(output, '\n')) {
    if (const auto version = version_in(line)) return *version;
  }
  const auto text = without_loader_messages(output);
  return fail(ErrorCode::kBadReply,
              fmt::format("cannot parse '{}' as a glusterfs version",
                          shortened(std::string_view(text).substr(0, text.find('\n')), 100)));
}

std::string server_text(const Host& host, Port port, const ClientVersion& version) {
  const bool splits_at_last_colon =
      version >= ClientVersion{11, 0} && version <= ClientVersion{11, 2};
  const bool is_ambiguous = splits_at_last_colon && family(host) == IpAddress::Family::kV6;
  return is_ambiguous ? fmt::format("{}:{}", all_groups(*host.address()), port) : host.text();
}

std::vector<std::string> arguments(const ClientCommand& command) {
  const ClientOptions& options = command.options;
  std::vector<std::string> words = {command.program};
  if (options.read_only || !command.path.snapshot.empty()) words.emplace_back("--read-only");
  std::copy_if(options.arguments.begin(), options.arguments.end(), std::back_inserter(words),
               [&](const auto& word) { return too_new(word, command.version) == nullptr; });
  words.insert(words.end(), options.unknown.begin(), options.unknown.end());
  add_servers(words, command);
  if (options.transport) words.push_back("--volfile-server-transport=" + *options.transport);
  words.push_back("--volfile-id=" + volume_key(command));
  if (!options.fuse_mount_options.empty()) {
    words.push_back("--fuse-mountopts=" + join(options.fuse_mount_options, ","));
  }
  const std::string& directory = command.path.subdirectory.empty()
                                     ? options.subdirectory.value_or(std::string())
                                     : command.path.subdirectory;
  if (!directory.empty()) words.push_back("--subdir-mount=" + directory);
  if (command.version >= kFirstWithDisplayName) {
    words.push_back("--fs-display-name=" + command.display_name);
  }
  words.push_back(command.target);
  return words;
}

std::vector<Warning> version_warnings(const ClientOptions& options, const ClientVersion& version) {
  std::vector<Warning> warnings;
  for (const auto& word : options.arguments) {
    const auto* newer = too_new(word, version);
    if (newer == nullptr) continue;
    warnings.push_back({fmt::format(
        "{} is ignored: the installed glusterfs {}.{} is older than {}.{}", newer->argument,
        version.major, version.minor, newer->since.major, newer->since.minor)});
  }
  return warnings;
}

std::string default_log_file(const std::string& target) {
  std::string name = target.substr(target.starts_with('/') ? 1 : 0);
  std::replace(name.begin(), name.end(), '/', '-');
  return "/var/log/glusterfs/" + name + ".log";
}

}  // namespace glusterconsul::gluster
