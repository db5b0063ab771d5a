#include "discovery/healthy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using consul::Health;

constexpr std::size_t kMostNamed = 8;
constexpr std::size_t kMostCheckOutput = 120;

std::string_view word(Health health) {
  switch (health) {
    case Health::kPassing:
      return "passing";
    case Health::kWarning:
      return "warning";
    case Health::kCritical:
      return "critical";
  }
  return "";
}

/// The worst health that is still taken.
Health limit(const std::vector<consul::Instance>& instances, HealthPolicy policy) {
  if (policy == HealthPolicy::kAny) return Health::kCritical;
  if (policy == HealthPolicy::kWarning) return Health::kWarning;
  const bool any_passes = std::any_of(instances.begin(), instances.end(), [](const auto& instance) {
    return instance.health == Health::kPassing;
  });
  return any_passes ? Health::kPassing : Health::kWarning;
}

std::string name_each(const std::vector<consul::Instance>& instances) {
  std::vector<std::string> named;
  for (const auto& instance : instances) {
    if (named.size() == kMostNamed) {
      named.push_back(fmt::format("and {} more", instances.size() - kMostNamed));
      break;
    }
    const std::string who = instance.node.empty() ? instance.host.text() : instance.node;
    named.push_back(fmt::format("{} {}", printable(who, 64), describe_health(instance)));
  }
  return join(named, ", ");
}

void drop_duplicates(std::vector<Candidate>& candidates) {
  std::vector<Candidate*> by_health;
  for (auto& candidate : candidates) by_health.push_back(&candidate);
  std::stable_sort(by_health.begin(), by_health.end(), [](const auto* a, const auto* b) {
    return a->instance.health < b->instance.health;
  });
  std::set<Endpoint> seen;
  for (auto* candidate : by_health) {
    if (candidate->fate != Fate::kUsed) continue;
    if (!seen.insert(endpoint(candidate->instance)).second) candidate->fate = Fate::kDuplicate;
  }
}

}  // namespace

std::string describe_health(const consul::Instance& instance) {
  const auto state = word(instance.health);
  if (instance.health == Health::kPassing) return std::string(state);
  const auto failing =
      std::find_if(instance.checks.begin(), instance.checks.end(),
                   [&](const auto& check) { return check.status == instance.health; });
  if (failing == instance.checks.end()) return std::string(state);
  const auto output = trim(failing->output);
  const auto first_line = trim(output.substr(0, output.find('\n')));
  const std::string name = printable(failing->name.empty() ? failing->id : failing->name, 64);
  if (first_line.empty()) return fmt::format("{} ({})", state, name);
  return fmt::format("{} ({}: {})", state, name, printable(first_line, kMostCheckOutput));
}

Healthy keep_healthy(const std::vector<consul::Instance>& instances, HealthPolicy policy,
                     const std::string& service) {
  const Health worst = limit(instances, policy);
  Healthy healthy;
  for (const auto& instance : instances) {
    const Fate fate = instance.health <= worst ? Fate::kUsed : Fate::kUnhealthy;
    healthy.candidates.push_back({instance, {}, fate});
  }
  const auto used = std::count_if(healthy.candidates.begin(), healthy.candidates.end(),
                                  [](const auto& c) { return c.fate == Fate::kUsed; });
  if (used == 0) {
    healthy.problem =
        Error{ErrorCode::kUnhealthy,
              fmt::format("no healthy instance of {}: {}; see to the failing checks on those "
                          "servers, or say consul-health=any to try them all the same",
                          service, name_each(instances))};
    return healthy;
  }
  if (policy == HealthPolicy::kPassing && worst == Health::kWarning) {
    healthy.warning = fmt::format("no instance of {} passes its checks; using those in warning: {}",
                                  service, name_each(instances));
  }
  drop_duplicates(healthy.candidates);
  return healthy;
}

}  // namespace glusterconsul::discovery
