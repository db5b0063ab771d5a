#include "discovery/registered_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "discovery/candidate.hpp"
#include "discovery/volume_hint.hpp"
#include "util/text.hpp"
#include "util/uuid.hpp"

namespace glusterconsul::discovery {
namespace {

using consul::Instance;
using Instances = std::vector<Instance>;

constexpr std::size_t kMaxNamed = 4;

bool has_volume(const Instance& instance) {
  return !instance.volume.name.empty();
}

/// Identifies a server, as far as Consul knows. The texts must outlive it.
using Server = std::tuple<std::string_view, std::string_view, Port>;

Server server_of(const Instance& instance) {
  return {instance.node, instance.host.text(), instance.port};
}

/// Adds the checks of `other`, except those of the node, which both have, and takes over its health
/// and the weight for it if it is worse.
void merge(Instance& instance, const Instance& other) {
  const auto own = instance.checks.size();
  for (const auto& check : other.checks) {
    const auto end = instance.checks.begin() + static_cast<std::ptrdiff_t>(own);
    if (std::find(instance.checks.begin(), end, check) == end) instance.checks.push_back(check);
  }
  if (other.health <= instance.health) return;
  instance.health = other.health;
  instance.weight = other.weight;
}

/// Where the instances of one server are in the list.
struct Group {
  std::vector<std::size_t> members;
  std::optional<std::size_t> first_of_volume;
};

/// The instances, with those of one server merged if one of them is of `volume`.
Instances merged(Instances instances, const std::string& volume) {
  std::map<Server, Group> groups;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    auto& group = groups[server_of(instances[i])];
    group.members.push_back(i);
    if (instances[i].volume.name == volume && !group.first_of_volume) group.first_of_volume = i;
  }
  std::vector<bool> is_merged(instances.size());
  for (const auto& [server, group] : groups) {
    if (!group.first_of_volume) continue;
    for (const auto index : group.members) {
      if (index == *group.first_of_volume) continue;
      merge(instances[*group.first_of_volume], instances[index]);
      is_merged[index] = true;
    }
  }
  Instances kept;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (!is_merged[i]) kept.push_back(std::move(instances[i]));
  }
  return kept;
}

/// Keeps one instance for each address and port that none of `kept` has.
Instances without_endpoints_of(Instances others, const Instances& kept) {
  std::set<Endpoint> seen;
  for (const auto& instance : kept) seen.insert(endpoint(instance));
  std::erase_if(others, [&](const auto& each) { return !seen.insert(endpoint(each)).second; });
  return others;
}

std::string describe_servers(const std::vector<const Instance*>& servers) {
  std::vector<std::string> names;
  for (const auto* each : servers) {
    if (names.size() == kMaxNamed) {
      names.push_back(fmt::format("{} more", servers.size() - kMaxNamed));
      break;
    }
    names.push_back(shortened(each->node.empty() ? each->host.text() : each->node, 64));
  }
  return join(names, ", ");
}

/// The error if the volume is registered with several IDs. What is not a UUID is not an ID: whoever
/// registers an instance can write anything there, and the hint is a command to copy.
std::optional<Error> different_volumes(const Instances& instances, const std::string& volume,
                                       const std::string& service, const AllowedHosts& allowed) {
  std::map<std::string_view, std::vector<const Instance*>> with_id;
  for (const auto& each : instances) {
    const auto& [name, id] = each.volume;
    if (name != volume || !is_uuid(to_lower(id))) continue;
    if (!allowed.impossible(each.host) && allowed.allows(each.host)) with_id[id].push_back(&each);
  }
  if (with_id.size() < 2) return std::nullopt;
  std::vector<std::string> described;
  for (const auto& [id, servers] : with_id) {
    if (described.size() == kMaxNamed) break;
    described.push_back(fmt::format("{} on {}", shortened(id, 64), describe_servers(servers)));
  }
  return Error{
      ErrorCode::kAmbiguous,
      fmt::format("{} different volumes named '{}' are registered for {}: {}", with_id.size(),
                  volume, service, join(described, "; ")),
      fmt::format("choose one with -o 'consul-filter=Service.Meta.gluster_volume_id == `{}`', with "
                  "consul-allow=, or register one of them under another service",
                  shortened(with_id.begin()->first, 64))};
}

std::vector<std::string> volumes_of(const Instances& instances) {
  std::set<std::string_view> names;
  for (const auto& each : instances) {
    if (has_volume(each)) names.insert(each.volume.name);
  }
  return {names.begin(), names.end()};
}

}  // namespace

VolumeInstances instances_for_volume(Instances instances, const std::string& volume,
                                     const std::string& service, const AllowedHosts& allowed) {
  VolumeInstances result;
  result.volumes = volumes_of(instances);
  if (result.volumes.empty()) {
    result.instances = std::move(instances);
    return result;
  }
  const auto others = std::stable_partition(instances.begin(), instances.end(), [&](auto& each) {
    return !has_volume(each) || each.volume.name == volume;
  });
  Instances of_others(std::make_move_iterator(others), std::make_move_iterator(instances.end()));
  instances.erase(others, instances.end());

  result.problem = different_volumes(instances, volume, service, allowed);
  result.is_registered = std::any_of(instances.begin(), instances.end(), has_volume);
  result.instances = merged(std::move(instances), volume);
  if (result.instances.empty()) {
    result.problem =
        Error{ErrorCode::kNotServed,
              fmt::format("no instance of {} is registered for the volume '{}'", service, volume),
              volume_hint(volume, result.volumes, "registered volumes")};
  }
  of_others = without_endpoints_of(std::move(of_others), result.instances);
  std::move(of_others.begin(), of_others.end(), std::back_inserter(result.instances));
  return result;
}

Instances one_for_each_server(Instances instances) {
  if (std::none_of(instances.begin(), instances.end(), has_volume)) return instances;
  const auto rank = [&](std::size_t index) {
    return std::pair(has_volume(instances[index]), instances[index].health);
  };
  std::map<Server, std::size_t> best;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const auto [at, is_new] = best.try_emplace(server_of(instances[i]), i);
    if (!is_new && rank(i) < rank(at->second)) at->second = i;
  }
  std::vector<bool> is_best(instances.size());
  for (const auto& [server, index] : best) is_best[index] = true;
  Instances kept;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (is_best[i] || !has_volume(instances[i])) kept.push_back(std::move(instances[i]));
  }
  return kept;
}

}  // namespace glusterconsul::discovery
