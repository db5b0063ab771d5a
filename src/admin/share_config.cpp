#include "admin/share_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "gluster/command_line.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

/// The sections of testparm's output. The messages that it prints in between do not begin with a
/// tab.
std::map<std::string, Parameters, std::less<>> parse_sections(std::string_view output) {
  std::map<std::string, Parameters, std::less<>> sections;
  Parameters* section = nullptr;
  for (const auto line : split(output, '\n')) {
    if (line.starts_with('[') && line.ends_with(']')) {
      section = &sections[to_lower(line.substr(1, line.size() - 2))];
    }
    const auto equals = line.find('=');
    if (section == nullptr || !line.starts_with('\t') || equals == std::string_view::npos) continue;
    (*section)[to_lower(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
  }
  return sections;
}

/// A module may be followed by its options: "glusterfs:x".
bool is_gluster_module(std::string_view word) {
  return to_lower(word.substr(0, word.find(':'))) == "glusterfs";
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto word : split(text, ' ')) {
    if (!trim(word).empty()) words.push_back(trim(word));
  }
  return words;
}

/// `[TRANSPORT+]HOST[:PORT]`; nothing for a Unix socket or if it is malformed.
std::optional<Endpoint> parse_volfile_server(std::string_view word) {
  if (const auto plus = word.find('+'); plus != std::string_view::npos) {
    if (word.substr(0, plus) == "unix") return std::nullopt;
    word.remove_prefix(plus + 1);
  }
  std::uint64_t port = gluster::kGlusterdPort;
  const auto colon = word.rfind(':');
  const bool is_bare_ipv6 = word.find(':') != colon && !word.starts_with('[');
  if (colon != std::string_view::npos && !is_bare_ipv6 && !word.ends_with(']')) {
    const auto number = parse_number(word.substr(colon + 1), 0, 65535);
    if (!number) return std::nullopt;
    if (*number != 0) port = *number;
    word = word.substr(0, colon);
  }
  if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
  const auto host = Host::parse(word);
  if (!host) return std::nullopt;
  return Endpoint{*host, static_cast<Port>(port)};
}

/// At least one: Samba's default is localhost, and a Unix socket is that of the local glusterd.
std::vector<Endpoint> parse_volfile_servers(std::string_view text) {
  std::vector<Endpoint> servers;
  for (const auto word : words_of(text)) {
    if (auto server = parse_volfile_server(word)) servers.push_back(*std::move(server));
  }
  if (servers.empty()) servers.push_back({*Host::parse("localhost"), gluster::kGlusterdPort});
  return servers;
}

}  // namespace

Result<ShareConfig> parse_share_config(std::string_view output, std::string_view share) {
  const auto sections = parse_sections(output);
  const auto global = sections.find("global");
  if (global == sections.end()) {
    return fail(ErrorCode::kBadReply, "testparm cannot read the configuration of Samba");
  }
  const auto found = sections.find(to_lower(share));
  if (found == sections.end() || found == global) {
    return fail(ErrorCode::kUnknown, fmt::format("Samba has no share {}", shortened(share, 60)));
  }
  const auto value = [&](std::string_view name) -> std::string {
    for (const auto* parameters : {&found->second, &global->second}) {
      if (const auto at = parameters->find(name); at != parameters->end()) return at->second;
    }
    return "";
  };
  ShareConfig config;
  config.is_available = to_lower(value("available")) != "no";
  config.path = value("path");
  const auto modules = value("vfs objects");
  const auto words = words_of(modules);
  if (std::any_of(words.begin(), words.end(), is_gluster_module)) {
    config.volume = value("glusterfs:volume");
    if (config.volume.empty()) config.volume = share;
    config.volfile_servers = parse_volfile_servers(value("glusterfs:volfile_server"));
  }
  return config;
}

}  // namespace glusterconsul::admin
