#include "admin/registration_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using consul::AgentService;

const consul::AgentCheck* find_check(const consul::AgentState& agent, const std::string& id) {
  const auto check_id = consul::check_id_of(id);
  const auto found =
      std::find_if(agent.checks.begin(), agent.checks.end(),
                   [&](const consul::AgentCheck& check) { return check.id == check_id; });
  return found == agent.checks.end() ? nullptr : &*found;
}

CheckStatus status_of(const consul::AgentCheck& check) {
  if (check.status == status_name(CheckStatus::kPassing)) return CheckStatus::kPassing;
  return check.status == status_name(CheckStatus::kWarning) ? CheckStatus::kWarning
                                                            : CheckStatus::kCritical;
}

std::string described(const std::string& id, const CheckResult& result) {
  const auto first_line = result.output.substr(0, result.output.find('\n'));
  return fmt::format("{} is {}: {}", id, status_name(result.status), first_line);
}

Warning foreign(const AgentService& service, const RegistrationSettings& settings) {
  if (is_registration(service, settings.service)) {
    return {
        fmt::format("the agent has the instance '{}' of another server, with the UUID {}: it is "
                    "left alone",
                    shortened(service.id, 100), shortened(uuid_of(service), 64)),
        "each server needs an agent of its own, or another name with --service"};
  }
  return {fmt::format("the agent has a service with the ID '{}' that glusterconsul has not "
                      "registered: it is left alone",
                      shortened(service.id, 100)),
          "remove its definition from the agent, or choose another name with --service"};
}

}  // namespace

RegistrationWatch::RegistrationWatch(RegistrationSettings settings, Looks looks)
    : settings_(std::move(settings)), looks_(looks) {}

std::vector<AgentService> RegistrationWatch::known(const consul::AgentState& agent) const {
  auto services = wanted_;
  const auto uuid = wanted_.empty() ? std::string() : uuid_of(wanted_.front());
  const auto server = server_instance(uuid, settings_);
  for (const auto& service : agent.services) {
    const bool is_listed =
        std::any_of(services.begin(), services.end(),
                    [&](const AgentService& listed) { return listed.id == service.id; });
    if (!is_listed && is_of_same_server(service, server)) services.push_back(service);
  }
  return services;
}

std::optional<std::string> RegistrationWatch::show(const WantedInstance& wanted,
                                                   const consul::AgentState& agent,
                                                   Clock::time_point now) {
  const auto& id = wanted.service.id;
  const auto found = instances_.find(id);
  if (found == instances_.end()) {
    const auto* check = looks_ == Looks::kOnce ? nullptr : find_check(agent, id);
    const ShownResult before{check != nullptr ? CheckResult{status_of(*check), check->output}
                                              : wanted.result};
    const auto shown = after_look(before, wanted.result, now, settings_.interval / 2);
    instances_[id] = {.shown = shown};
    return described(id, shown.result);
  }
  auto& shown = found->second.shown;
  const auto status = shown.result.status;
  shown = after_look(shown, wanted.result, now, settings_.interval / 2);
  if (shown.result.status == status) return std::nullopt;
  return described(id, shown.result);
}

bool RegistrationWatch::needs_update(const std::string& id, const consul::AgentState& agent,
                                     Clock::time_point now) const {
  const auto& instance = instances_.at(id);
  const auto* check = find_check(agent, id);
  const auto& result = instance.shown.result;
  if (check == nullptr || !instance.updated) return true;
  if (check->status != status_name(result.status) || check->output != result.output) return true;
  return now - *instance.updated + settings_.interval > ttl_of(settings_) / 2;
}

Turn RegistrationWatch::turn(const Look& look, const consul::AgentState& agent,
                             Clock::time_point now) {
  const auto wanted = wanted_instances(look, known(agent), settings_);
  Turn turn;
  turn.warnings = wanted.warnings;
  std::set<std::string> ids;
  for (const auto& instance : wanted.instances) {
    const auto& id = instance.service.id;
    const auto change = change_for(instance.service, agent, settings_);
    if (change == Change::kForeign) {
      turn.warnings.push_back(foreign(*find_service(agent, id), settings_));
      continue;
    }
    ids.insert(id);
    if (auto text = show(instance, agent, now)) turn.changes.push_back(*std::move(text));
    const auto& shown = instances_.at(id).shown.result;
    if (change != Change::kNone || !registered_.contains(id)) {
      turn.add.push_back(registration_of({instance.service, shown}, settings_));
    }
    if (change == Change::kAdd || needs_update(id, agent, now)) turn.update.push_back({id, shown});
  }
  turn.remove = obsolete(wanted, agent);
  for (auto entry = instances_.begin(); entry != instances_.end();) {
    entry = ids.contains(entry->first) ? std::next(entry) : instances_.erase(entry);
  }
  if (wanted.is_complete) {
    wanted_.clear();
    for (const auto& instance : wanted.instances) wanted_.push_back(instance.service);
  }
  return turn;
}

void RegistrationWatch::updated(const std::string& id, Clock::time_point now) {
  const auto found = instances_.find(id);
  if (found != instances_.end()) found->second.updated = now;
}

std::vector<RegistrationWatch::Shown> RegistrationWatch::shown() const {
  std::vector<Shown> all;
  for (const auto& [id, instance] : instances_) all.push_back({id, instance.shown.result});
  return all;
}

}  // namespace glusterconsul::admin
