#include "gluster/failure_cause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

using Kind = BrickState::Kind;

constexpr std::size_t kMaxNamed = 8;
constexpr std::size_t kMaxShownPath = 200;

/// "gl1, gl2, and 3 more", without duplicates.
std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> named;
  for (const auto& text : texts) {
    if (std::find(named.begin(), named.end(), text) == named.end()) named.push_back(text);
  }
  if (named.size() > kMaxNamed) {
    const auto more = named.size() - kMaxNamed;
    named.resize(kMaxNamed);
    named.push_back(fmt::format("and {} more", more));
  }
  return join(named, ", ");
}

std::string address_of(const BrickState& state) {
  return to_string(Endpoint{state.brick.host, state.port});
}

/// "10.0.0.2, 10.0.0.3": the DNS servers in resolv.conf(5).
std::string name_servers(std::string_view resolver) {
  constexpr std::string_view kWord = "nameserver";
  std::vector<std::string> servers;
  for (const auto text : split(resolver, '\n')) {
    const auto line = trim(text);
    if (!line.starts_with(kWord) || line.size() == kWord.size()) continue;
    const auto address = Host::parse(trim(line.substr(kWord.size())));
    if (address) servers.push_back(address->text());
  }
  return list(servers);
}

std::string advice_on_names(std::string_view resolver) {
  const auto servers = name_servers(resolver);
  return servers.empty() ? "add the names to /etc/hosts, or set a DNS server that knows them in "
                           "/etc/resolv.conf, which has none"
                         : fmt::format(
                               "add the names to /etc/hosts, or to DNS (/etc/resolv.conf: "
                               "nameserver {})",
                               servers);
}

/// The bricks of one kind, as parts of a message.
struct Group {
  std::vector<std::string> hosts;
  std::vector<std::string> addresses;  ///< with the port that was connected to
  std::vector<std::string> bricks;
  std::string detail;  ///< of the first
};

Group group_of(std::span<const BrickState> states, Kind kind) {
  Group group;
  for (const auto& state : states) {
    if (state.kind != kind) continue;
    if (group.hosts.empty()) group.detail = shortened(state.detail, 100);
    group.hosts.push_back(state.brick.host.text());
    group.addresses.push_back(address_of(state));
    group.bricks.push_back(shortened(to_string(state.brick), kMaxShownPath));
  }
  return group;
}

Cause words_of(Kind kind, const Group& group, const VolumePath& path, std::string_view resolver) {
  constexpr const char* kBrickPorts =
      "if a firewall is in between, open 49152/tcp and up (the ports of the bricks) on each brick "
      "host for this machine";
  switch (kind) {
    case Kind::kUnresolved:
    case Kind::kLookupFailed:
      return {fmt::format("this machine cannot resolve the brick hosts {} ({})", list(group.hosts),
                          group.detail),
              advice_on_names(resolver)};
    case Kind::kNoGlusterd:
      return {
          fmt::format("glusterd on the brick hosts does not respond: {} ({})",
                      list(group.addresses), group.detail),
          "start glusterd there; if it is running, a firewall in between blocks port 24007/tcp"};
    case Kind::kGlusterdNoResponse:
      return {
          fmt::format("glusterd on the brick hosts accepts connections, but does not respond: {} "
                      "({})",
                      list(group.addresses), group.detail),
          "if this persists, restart glusterd there: it is stuck or stopped"};
    case Kind::kNotRunning:
      return {fmt::format("no process is running for the bricks {}", list(group.bricks)),
              fmt::format("run 'gluster volume status {0}' on a server; 'gluster volume start {0} "
                          "force' starts missing bricks",
                          path.volume.text())};
    case Kind::kRefused:
      return {fmt::format(
                  "the bricks are running, but their ports refuse connections from this machine: "
                  "{} ({})",
                  list(group.addresses), group.detail),
              kBrickPorts};
    case Kind::kNoResponse:
      return {fmt::format(
                  "the bricks are running, but their ports do not respond to this machine: {} ({})",
                  list(group.addresses), group.detail),
              kBrickPorts};
    case Kind::kOnlyAccepts:
      return {
          fmt::format("the bricks accept connections, but do not respond: {} ({})",
                      list(group.addresses), group.detail),
          fmt::format("see whether their processes (glusterfsd) are stopped or waiting for a disk; "
                      "'gluster volume status {}' shows their pids",
                      path.volume.text())};
    case Kind::kAnswers:
    case Kind::kUnknown:
      return {};
  }
  return {};
}

/// The kinds in which bricks cannot be reached, in the order in which they are reported.
constexpr std::array kKinds = {Kind::kUnresolved,         Kind::kLookupFailed, Kind::kNoGlusterd,
                               Kind::kGlusterdNoResponse, Kind::kNotRunning,   Kind::kRefused,
                               Kind::kNoResponse,         Kind::kOnlyAccepts};

bool is_unreachable(const BrickState& state) {
  return std::find(kKinds.begin(), kKinds.end(), state.kind) != kKinds.end();
}

/// The text of `remote-error` in a "SETVOLUME on remote-host failed" message; empty: none.
std::string_view remote_error(std::string_view log) {
  constexpr std::string_view kBefore = "SETVOLUME on remote-host failed [{remote-error=";
  const auto at = log.find(kBefore);
  if (at == std::string_view::npos) return {};
  const auto rest = log.substr(at + kBefore.size());
  return rest.substr(0, rest.find("}, {errno="));
}

}  // namespace

std::optional<Cause> cause_in_log(std::string_view log, const VolumePath& path) {
  const auto why = remote_error(log);
  const auto& volume = path.volume.text();
  if (why.starts_with("subdirectory for mount")) {
    return Cause{fmt::format("volume {} has no directory {}", volume,
                             shortened(path.subdirectory, kMaxShownPath)),
                 "create it in the volume, or correct the source"};
  }
  if (why.starts_with("Authentication failed")) {
    return Cause{fmt::format("the bricks of volume {} do not accept this machine", volume),
                 fmt::format("run 'gluster volume get {} all' on a server, and add this machine's "
                             "address to auth.allow (or its certificate's name to auth.ssl-allow)",
                             volume)};
  }
  return std::nullopt;
}

std::optional<Cause> cause_in_bricks(std::span<const BrickState> bricks, const VolumePath& path,
                                     std::string_view resolver) {
  std::vector<std::string> messages;
  std::vector<std::string> hints;
  for (const auto kind : kKinds) {
    const auto group = group_of(bricks, kind);
    if (group.hosts.empty()) continue;
    auto words = words_of(kind, group, path, resolver);
    messages.push_back(std::move(words.message));
    if (std::find(hints.begin(), hints.end(), words.hint) == hints.end())
      hints.push_back(std::move(words.hint));
  }
  if (messages.empty()) return std::nullopt;
  return Cause{join(messages, "; "), join(hints, "; ")};
}

std::optional<Warning> degraded(std::span<const BrickState> bricks, const Attached& attached,
                                const VolumePath& path, std::string_view resolver) {
  auto cause = cause_in_bricks(bricks, path, resolver);
  if (!cause) return std::nullopt;
  const auto missing =
      static_cast<std::size_t>(std::count_if(bricks.begin(), bricks.end(), is_unreachable));
  // The volume works, so the bricks are only slow to answer, or out of our reach alone.
  if (missing >= attached.total || missing > attached.total - attached.bricks) return std::nullopt;
  cause->message = fmt::format("volume {} is mounted without {} of its {}: {}", path.volume.text(),
                               missing, count_of(attached.total, "brick"), cause->message);
  return cause;
}

}  // namespace glusterconsul::gluster
