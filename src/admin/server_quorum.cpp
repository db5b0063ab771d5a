#include "admin/server_quorum.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace glusterconsul::admin {
namespace {

/// GD_FRIEND_STATE_BEFRIENDED of glusterd-sm.h.
constexpr std::uint32_t kBefriended = 3;

/// "51" or "51%", as gf_string2percent() reads it; nothing if it is not a percentage.
std::optional<double> parse_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = problem == std::errc{} && end == text.data() + text.size();
  return is_whole && value >= 0 && value <= 100 ? std::optional(value) : std::nullopt;
}

/// An option of the pool: glusterd lists it with each volume.
std::optional<double> ratio_of(const std::vector<gluster::VolumeInfo>& volumes) {
  for (const auto& volume : volumes) {
    const auto found = volume.options.find("cluster.server-quorum-ratio");
    if (found != volume.options.end()) return parse_percent(found->second);
  }
  return std::nullopt;
}

std::size_t servers_needed(std::size_t total, std::optional<double> ratio) {
  if (!ratio) return total / 2 + 1;
  return static_cast<std::size_t>(std::ceil(static_cast<double>(total) * *ratio / 100));
}

bool obeys_server_quorum(const gluster::VolumeInfo& volume) {
  if (volume.status != gluster::VolumeInfo::Status::kStarted) return false;
  const auto found = volume.options.find("cluster.server-quorum-type");
  return found != volume.options.end() && found->second == "server";
}

}  // namespace

bool is_in_cluster(const gluster::Peer& peer) {
  return peer.state_id == kBefriended;
}

ServerQuorum server_quorum(const ServerState& seen) {
  ServerQuorum quorum;
  for (const auto& peer : seen.peers) {
    if (!is_in_cluster(peer)) continue;
    ++quorum.total;
    if (peer.is_connected) ++quorum.active;
  }
  quorum.needed = servers_needed(quorum.total, ratio_of(seen.volumes));
  for (const auto& volume : seen.volumes) {
    if (obeys_server_quorum(volume)) quorum.volumes.push_back(volume.name);
  }
  std::sort(quorum.volumes.begin(), quorum.volumes.end());
  return quorum;
}

}  // namespace glusterconsul::admin
