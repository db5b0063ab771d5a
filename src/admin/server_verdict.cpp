#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "admin/check_output.hpp"
#include "admin/glusterd_verdict.hpp"
#include "admin/server_quorum.hpp"
#include "admin/verdicts.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using gluster::Peer;

/// A reachable member of the pool.
bool is_fine(const Peer& peer) {
  return peer.is_connected && is_in_cluster(peer);
}

/// What is wrong with a peer, in glusterd's words.
std::string trouble_of(const Peer& peer) {
  if (is_in_cluster(peer)) return "not connected";
  const auto state =
      peer.state.empty() ? fmt::format("state {}", peer.state_id) : shortened(peer.state, 24);
  return peer.is_connected ? state : state + ", not connected";
}

/// The peers in trouble by name, since the order of glusterd's list may change when it restarts.
std::vector<CheckItem> troubled(const std::vector<Peer>& peers) {
  std::vector<CheckItem> items;
  for (const auto& peer : peers) {
    if (!is_fine(peer))
      items.push_back({peer.host.empty() ? peer.uuid : peer.host, trouble_of(peer)});
  }
  const auto by_name = [](const CheckItem& a, const CheckItem& b) {
    return std::tie(a.name, a.note) < std::tie(b.name, b.note);
  };
  std::sort(items.begin(), items.end(), by_name);
  return items;
}

CheckResult result_of(CheckStatus status, const CheckLine& cause) {
  std::vector<CheckLine> details;
  if (!shows_all_items(cause)) {
    for (const auto& item : cause.items) details.push_back({"", {item}});
  }
  return {status, check_output(cause, details)};
}

CheckResult quorum_lost(const ServerQuorum& quorum, std::vector<CheckItem> peers) {
  CheckLine cause{fmt::format(
      "server quorum is lost: {} of {} {} active, {} needed; bricks stopped here", quorum.active,
      count_of(quorum.total, "server"), quorum.active == 1 ? "is" : "are", quorum.needed)};
  for (const auto& volume : quorum.volumes) cause.items.push_back({volume, ""});
  std::vector<CheckLine> details;
  if (!peers.empty()) details.push_back({"peers", std::move(peers)});
  return {CheckStatus::kCritical, check_output(cause, details)};
}

}  // namespace

CheckResult judge_server(const ServerState& seen, const ServerPolicy& policy) {
  if (auto verdict = judge_glusterd(seen.glusterd, seen.detail)) return *std::move(verdict);
  auto bad = troubled(seen.peers);
  if (const auto quorum = server_quorum(seen); quorum.is_lost()) {
    return quorum_lost(quorum, std::move(bad));
  }
  const auto total = seen.peers.size();
  if (total == 0) return {CheckStatus::kPassing, "glusterd answers; it has no peers"};
  if (bad.empty()) {
    return {CheckStatus::kPassing, total == 1 ? "glusterd answers; its peer is connected"
                                              : fmt::format("glusterd answers; all {} peers are "
                                                            "connected",
                                                            total)};
  }
  const bool is_alone = std::none_of(seen.peers.begin(), seen.peers.end(),
                                     [](const Peer& peer) { return peer.is_connected; });
  if (is_alone && total > 1) {
    return result_of(policy.alone,
                     {fmt::format("none of {} peers is connected", total), std::move(bad)});
  }
  const auto is_or_are = bad.size() == 1 ? "is" : "are";
  return result_of(CheckStatus::kWarning, {fmt::format("{} of {} {} not usable", bad.size(),
                                                       count_of(total, "peer"), is_or_are),
                                           std::move(bad)});
}

}  // namespace glusterconsul::admin
