#include "discovery/healthy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using consul::Health;

constexpr std::size_t kMaxNamed = 8;
constexpr std::size_t kMaxCheckOutput = 120;

using Candidates = std::vector<const Candidate*>;

/// The worst health that is accepted.
Health limit(const Candidates& candidates, config::HealthPolicy policy) {
  if (policy == config::HealthPolicy::kAny) return Health::kCritical;
  if (policy == config::HealthPolicy::kWarning) return Health::kWarning;
  const bool any_passes = std::any_of(candidates.begin(), candidates.end(), [](const auto* each) {
    return each->instance.health <= Health::kUnknown;
  });
  return any_passes ? Health::kUnknown : Health::kWarning;
}

std::string name_of(const consul::Instance& instance) {
  return shortened(instance.node.empty() ? instance.host.text() : instance.node, 64);
}

std::string name_each(const Candidates& candidates, std::string (*describe)(const Candidate&)) {
  std::vector<std::string> named;
  for (const auto* candidate : candidates) {
    if (named.size() == kMaxNamed) {
      named.push_back(fmt::format("and {} more", candidates.size() - kMaxNamed));
      break;
    }
    named.push_back(describe(*candidate));
  }
  return join(named, ", ");
}

std::string name_with_health(const Candidate& candidate) {
  return fmt::format("{} is {}", name_of(candidate.instance), describe_health(candidate.instance));
}

std::string name_with_outcome(const Candidate& candidate) {
  if (candidate.outcome == Outcome::kImpossible) return describe_impossible(candidate);
  return fmt::format("{} ({} is not in consul-allow)", name_of(candidate.instance),
                     candidate.instance.host.text());
}

Outcome outcome_by_address(const Host& host, const AllowedHosts& allowed) {
  if (allowed.impossible(host)) return Outcome::kImpossible;
  return allowed.allows(host) ? Outcome::kUsed : Outcome::kNotAllowed;
}

Candidates pointers(const std::vector<Candidate>& candidates) {
  Candidates all;
  for (const auto& candidate : candidates) all.push_back(&candidate);
  return all;
}

void drop_duplicates(std::vector<Candidate>& candidates) {
  std::vector<Candidate*> by_health;
  for (auto& candidate : candidates) by_health.push_back(&candidate);
  std::stable_sort(by_health.begin(), by_health.end(), [](const auto* a, const auto* b) {
    return a->instance.health < b->instance.health;
  });
  std::set<Endpoint> seen;
  for (auto* candidate : by_health) {
    if (candidate->outcome != Outcome::kUsed) continue;
    if (!seen.insert(endpoint(candidate->instance)).second)
      candidate->outcome = Outcome::kDuplicate;
  }
}

}  // namespace

std::string describe_health(const consul::Instance& instance) {
  const auto state = name_of(instance.health);
  if (instance.health == Health::kPassing) return std::string(state);
  const auto failing =
      std::find_if(instance.checks.begin(), instance.checks.end(),
                   [&](const auto& check) { return check.status == instance.health; });
  if (failing == instance.checks.end()) return std::string(state);
  const auto output = trim(failing->output);
  const auto first_line = trim(output.substr(0, output.find('\n')));
  const std::string name = shortened(failing->name.empty() ? failing->id : failing->name, 64);
  if (first_line.empty()) return fmt::format("{} ({})", state, name);
  return fmt::format("{} ({}: {})", state, name, shortened(first_line, kMaxCheckOutput));
}

std::string why_impossible(const Candidate& candidate) {
  const auto& host = candidate.instance.host;
  const auto why = AllowedHosts().impossible(host);
  return why ? fmt::format("{} is {}", host.text(), *why) : shortened(candidate.probe.detail);
}

std::string why_untrusted(const Candidate& candidate) {
  if (candidate.probe.verdict == gluster::Verdict::kUntrusted) {
    return shortened(candidate.probe.detail);
  }
  return fmt::format("nothing listens on port {} of this machine, so any user could answer there",
                     candidate.instance.port);
}

std::string describe_impossible(const Candidate& candidate) {
  return fmt::format("{} ({})", name_of(candidate.instance), why_impossible(candidate));
}

Healthy keep_healthy(const std::vector<consul::Instance>& instances, config::HealthPolicy policy,
                     const std::string& service, const AllowedHosts& allowed,
                     const std::string& volume) {
  Healthy healthy;
  for (const auto& instance : instances) {
    auto outcome = outcome_by_address(instance.host, allowed);
    const auto& its = instance.volume.name;
    const bool is_of_other = !volume.empty() && !its.empty() && its != volume;
    if (outcome == Outcome::kUsed && is_of_other) outcome = Outcome::kOtherRegistration;
    healthy.candidates.push_back({instance, {}, outcome});
  }
  auto usable = pointers(healthy.candidates);
  std::erase_if(usable, [](const auto* each) { return each->outcome != Outcome::kUsed; });
  auto rejected = pointers(healthy.candidates);
  std::erase_if(rejected, [](const auto* each) {
    return each->outcome == Outcome::kUsed || each->outcome == Outcome::kOtherRegistration;
  });
  if (usable.empty() && !rejected.empty()) {
    healthy.problem = Error{ErrorCode::kNotAllowed,
                            fmt::format("no instance of {} is allowed: {}", service,
                                        name_each(rejected, name_with_outcome)),
                            "correct the registrations, or list the servers in consul-allow="};
    return healthy;
  }
  const Health worst = limit(usable, policy);
  std::size_t used = 0;
  for (auto& candidate : healthy.candidates) {
    if (candidate.outcome != Outcome::kUsed) continue;
    if (candidate.instance.health > worst) candidate.outcome = Outcome::kUnhealthy;
    if (candidate.outcome == Outcome::kUsed) ++used;
  }
  if (used == 0) {
    healthy.problem = Error{
        ErrorCode::kUnhealthy,
        fmt::format("no healthy instance of {}: {}", service, name_each(usable, name_with_health)),
        "fix the failing checks, or use consul-health=any to mount anyway"};
    return healthy;
  }
  if (policy == config::HealthPolicy::kPassing && worst == Health::kWarning) {
    std::erase_if(usable, [](const auto* each) { return each->outcome != Outcome::kUsed; });
    healthy.warning =
        Warning{fmt::format("no instance of {} is passing; using those in the warning state: {}",
                            service, name_each(usable, name_with_health))};
  }
  drop_duplicates(healthy.candidates);
  return healthy;
}

}  // namespace glusterconsul::discovery
