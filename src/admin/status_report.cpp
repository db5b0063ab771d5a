#include "admin/status_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "config/error_object.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxLine = 4000;

/// "5m", "3h", "2d".
std::string rough(std::chrono::seconds age) {
  const auto seconds = std::max<std::chrono::seconds::rep>(age.count(), 0);
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 7200) return fmt::format("{}m", seconds / 60);
  if (seconds < 172800) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("  {:<9} {}\n", name, printable(value, kMaxLine));
}

std::string client_text(const MountStatus& mount) {
  if (!mount.client) {
    return state_of(mount.seen) == MountState::kDead ? "none" : "not found";
  }
  std::string text = fmt::format("pid {}", mount.client->pid);
  if (mount.seen.graph && !mount.seen.graph->version.empty()) {
    text += fmt::format(", GlusterFS {}", mount.seen.graph->version);
  }
  if (mount.client->is_stopped) text += ", stopped";
  if (mount.client->is_replaced) {
    text += "; its program has been replaced since, so the mount uses the old version";
  }
  return text;
}

std::string server_text(const RunningClient& client) {
  if (!client.volfile_servers) return "unknown (only root can see it)";
  if (client.volfile_servers->empty()) return "none: the client is not connected to any server";
  std::vector<std::string> servers;
  for (const auto& server : *client.volfile_servers) servers.push_back(to_string(server));
  return join(servers, ", ");
}

std::string now_text(const MountStatus& mount) {
  const auto& now = *mount.now;
  if (now.problem) return fmt::format("unknown: {}", now.problem->message);
  const auto differs = difference(mount);
  auto servers = join(now.servers, ", ");
  if (!differs || differs->is_none()) return servers;
  std::vector<std::string> changes;
  if (!differs->gone.empty()) {
    changes.push_back(fmt::format("no longer: {}", join(differs->gone, ", ")));
  }
  if (!differs->added.empty()) {
    changes.push_back(fmt::format("new: {}", join(differs->added, ", ")));
  }
  return fmt::format("{} ({})", servers, join(changes, "; "));
}

std::string bricks_text(const ClientGraph& graph) {
  std::string text;
  std::size_t width = 0;
  for (const auto& brick : graph.bricks) {
    width = std::max(width, printable(brick.host + ":" + brick.path).size());
  }
  for (const auto& brick : graph.bricks) {
    text += fmt::format("  {:<9} {:<{}}  {}\n", "brick", printable(brick.host + ":" + brick.path),
                        width, brick.is_connected ? "connected" : "not connected");
  }
  return text;
}

std::string paragraph(const MountStatus& mount) {
  std::string text = fmt::format("{}\n", printable(mount.target, kMaxLine));
  text += line("source", mount.source + (mount.is_from_consul ? "" : " (not from Consul)"));
  text += line("state", describe(mount.seen));
  const auto hint = remedy(mount.seen, shell_quote(mount.target));
  if (!hint.empty()) text += line("", "hint: " + hint);
  text += line("options", mount.options);
  text += line("client", client_text(mount));
  if (mount.client) {
    text += line("server", server_text(*mount.client));
    text += line("servers", join(mount.client->arguments.servers, ", "));
  }
  if (mount.now) text += line("now", now_text(mount));
  if (mount.cached) {
    text += line("cached", fmt::format("{}, {} ago", count_of(mount.cached->servers, "server"),
                                       rough(mount.cached->age)));
  }
  if (mount.seen.graph) text += bricks_text(*mount.seen.graph);
  return text;
}

Json bricks_json(const std::optional<ClientGraph>& graph) {
  if (!graph) return nullptr;
  Json bricks = Json::array();
  for (const auto& brick : graph->bricks) {
    bricks.push_back(
        {{"host", brick.host}, {"path", brick.path}, {"connected", brick.is_connected}});
  }
  return bricks;
}

Json client_json(const MountStatus& mount) {
  if (!mount.client) return nullptr;
  const auto& client = *mount.client;
  Json volfile_servers = nullptr;
  if (client.volfile_servers) {
    volfile_servers = Json::array();
    for (const auto& server : *client.volfile_servers) volfile_servers.push_back(to_string(server));
  }
  const bool knows_version = mount.seen.graph && !mount.seen.graph->version.empty();
  return {{"pid", client.pid},
          {"version", knows_version ? Json(mount.seen.graph->version) : Json(nullptr)},
          {"stopped", client.is_stopped},
          {"replaced", client.is_replaced},
          {"command", client.command},
          {"servers", client.arguments.servers},
          {"volfile_servers", volfile_servers}};
}

Json now_json(const MountStatus& mount) {
  if (!mount.now) return nullptr;
  const auto differs = difference(mount);
  return {{"servers", mount.now->servers},
          {"differs", differs ? Json(!differs->is_none()) : Json(nullptr)},
          {"error", config::error_object(mount.now->problem)}};
}

Json cached_json(const std::optional<CachedList>& cached) {
  if (!cached) return nullptr;
  return {{"servers", cached->servers}, {"age_s", cached->age.count()}};
}

Json mount_json(const MountStatus& mount) {
  return {{"target", mount.target},
          {"source", mount.source},
          {"from_consul", mount.is_from_consul},
          {"options", mount.options},
          {"state", name_of(state_of(mount.seen))},
          {"detail", describe(mount.seen)},
          {"client", client_json(mount)},
          {"bricks", bricks_json(mount.seen.graph)},
          {"now", now_json(mount)},
          {"cached", cached_json(mount.cached)}};
}

}  // namespace

std::optional<ServerDifference> difference(const MountStatus& mount) {
  if (!mount.client || !mount.now || mount.now->problem) return std::nullopt;
  return compare_servers(mount.client->arguments.servers, mount.now->servers);
}

std::optional<Error> problem_of(std::span<const MountStatus> mounts) {
  const MountStatus* first = nullptr;
  std::size_t failed = 0;
  for (const auto& mount : mounts) {
    if (works(state_of(mount.seen))) continue;
    if (first == nullptr) first = &mount;
    ++failed;
  }
  if (first == nullptr) return std::nullopt;
  auto message = fmt::format("the mount of {} at {}: {}", shortened(first->source),
                             shortened(first->target), describe(first->seen));
  if (failed > 1) message += fmt::format(" (and {} more)", failed - 1);
  return Error{ErrorCode::kMountFailed, std::move(message),
               remedy(first->seen, shell_quote(first->target))};
}

std::string status_table(std::span<const MountStatus> mounts) {
  if (mounts.empty()) return "no GlusterFS volume is mounted\n";
  std::string text;
  for (const auto& mount : mounts) {
    if (!text.empty()) text += '\n';
    text += paragraph(mount);
  }
  return text;
}

std::string status_json(std::span<const MountStatus> mounts) {
  Json list = Json::array();
  for (const auto& mount : mounts) list.push_back(mount_json(mount));
  const Json json = {{"mounts", list}, {"error", config::error_object(problem_of(mounts))}};
  return config::json_text(json);
}

}  // namespace glusterconsul::admin
