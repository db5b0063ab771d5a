#include "discovery/same_volume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

constexpr std::size_t kMaxGroupsNamed = 4;

/// Disjoint sets of small numbers (Galler and Fischer, 1964), without ranks: the smallest member of
/// a set represents it.
class Sets {
 public:
  explicit Sets(std::size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t member) {
    while (parents_[member] != member) member = parents_[member] = parents_[parents_[member]];
    return member;
  }
  void join(std::size_t a, std::size_t b) {
    const auto one = find(a);
    const auto other = find(b);
    parents_[std::max(one, other)] = std::min(one, other);
  }

 private:
  std::vector<std::size_t> parents_;
};

/// "10.0.0.1:24007, 10.0.0.2:24007 with brick gl1:/srv/brick"
std::string describe_group(const std::vector<Candidate>& candidates,
                           const std::vector<std::size_t>& group) {
  std::vector<std::string> servers;
  for (const auto index : group) {
    if (servers.size() == kMaxGroupsNamed) {
      servers.push_back(fmt::format("{} more", group.size() - kMaxGroupsNamed));
      break;
    }
    servers.push_back(to_string(endpoint(candidates[index].instance)));
  }
  const auto& brick = candidates[group.front()].probe.identity.first_brick;
  return fmt::format("{} with brick {}", join(servers, ", "), shortened(brick, 200));
}

/// "gl1" for "gl1.example.com".
std::string_view first_label(std::string_view name) {
  return name.substr(0, name.find('.'));
}

/// Whether the server has a brick on one of `hosts`, going by its address, name or node name.
bool is_one_of(const std::vector<const Host*>& hosts, const consul::Instance& server) {
  const auto node = to_lower(server.node);
  return std::any_of(hosts.begin(), hosts.end(), [&](const Host* host) {
    if (*host == server.host) return true;
    if (host->name() == nullptr) return false;
    const auto label = first_label(host->text());
    return label == first_label(node) ||
           (server.host.name() != nullptr && label == first_label(server.host.text()));
  });
}

}  // namespace

std::vector<std::vector<std::size_t>> group_by_volume(const std::vector<Candidate>& candidates,
                                                      const std::vector<std::size_t>& order) {
  Sets sets(order.size());
  std::unordered_map<std::uint64_t, std::size_t> first_with_brick;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const auto brick : candidates[order[i]].probe.identity.brick_hashes) {
      sets.join(i, first_with_brick.try_emplace(brick, i).first->second);
    }
  }
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<std::size_t, std::size_t> group_of_set;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!candidates[order[i]].probe.identity.is_known()) continue;
    const auto [at, is_new] = group_of_set.try_emplace(sets.find(i), groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(order[i]);
  }
  return groups;
}

VolumeCheck check_same_volume(std::vector<Candidate> candidates,
                              const std::vector<std::size_t>& order, const std::string& volume) {
  const auto groups = group_by_volume(candidates, order);
  if (groups.empty()) return {std::move(candidates), std::nullopt};
  if (groups.size() > 1) {
    std::vector<std::string> described;
    for (const auto& group : groups) {
      for (const auto index : group) candidates[index].outcome = Outcome::kOtherVolume;
      if (described.size() < kMaxGroupsNamed)
        described.push_back(describe_group(candidates, group));
    }
    return {std::move(candidates),
            Error{ErrorCode::kAmbiguous,
                  fmt::format("{} different volumes are named '{}': {}", groups.size(), volume,
                              join(described, "; ")),
                  "choose the servers of one with consul-tag=, consul-allow= or another service"}};
  }
  const auto& group = groups.front();
  const auto bricks = [&](std::size_t index) {
    return candidates[index].probe.identity.brick_hashes;
  };
  std::map<std::vector<std::uint64_t>, std::size_t> servers;
  for (const auto index : group) ++servers[bricks(index)];
  const auto majority = *std::max_element(group.begin(), group.end(), [&](auto a, auto b) {
    return servers[bricks(a)] < servers[bricks(b)];
  });
  for (const auto index : group) {
    if (bricks(index) != bricks(majority)) candidates[index].outcome = Outcome::kOtherBricks;
  }
  std::vector<const Host*> brick_hosts;
  for (const auto index : group) {
    for (const auto& host : candidates[index].probe.brick_hosts) brick_hosts.push_back(&host);
  }
  for (const auto index : order) {
    auto& candidate = candidates[index];
    const bool is_compared = candidate.probe.verdict == gluster::Verdict::kServes;
    if (!is_compared && !is_one_of(brick_hosts, candidate.instance)) {
      candidate.outcome = Outcome::kUncompared;
    }
  }
  return {std::move(candidates), std::nullopt};
}

}  // namespace glusterconsul::discovery
