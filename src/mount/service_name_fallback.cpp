#include "mount/service_name_fallback.hpp"

#include <string>
#include <utility>

namespace glusterconsul::mount {
namespace {

constexpr milliseconds kResolver{500};

/// None if the source is not a DNS name, or if `consul-allow` does not list it.
std::optional<HostName> dns_name(const Task& task) {
  if (task.source.name.find('.') == std::string::npos) return std::nullopt;
  auto name = HostName::parse(task.source.name);
  if (!name || !task.settings.allowed.allows(*name)) return std::nullopt;
  return *std::move(name);
}

/// Whether the options select fewer servers than the name in the source.
bool is_narrowed(const config::Settings& settings) {
  return !settings.tags.empty() || !settings.filter.empty() || !settings.datacenter.empty() ||
         !settings.consul_namespace.empty() || !settings.partition.empty() ||
         !settings.peer.empty();
}

bool resolver_decides(const Task& task) {
  return task.settings.backup_name == config::BackupName::kAuto &&
         !config::is_authenticated(task.settings) && !is_narrowed(task.settings);
}

}  // namespace

void begin_resolving(const Task& task, System& system) {
  const auto name = dns_name(task);
  if (name && resolver_decides(task)) system.begin_resolving(*name);
}

std::optional<HostName> service_name_fallback(const Task& task, const discovery::Plan& plan,
                                              System& system, const Context& context) {
  if (plan.has_unusable_address()) return std::nullopt;
  auto name = dns_name(task);
  if (!name || task.settings.backup_name == config::BackupName::kOn) return name;
  const bool is_known =
      resolver_decides(task) &&
      system.resolver_knows(task.settings.allowed, context.sooner(kResolver, system.now()));
  return is_known ? name : std::nullopt;
}

}  // namespace glusterconsul::mount
