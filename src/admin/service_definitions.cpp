#include "admin/service_definitions.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using nlohmann::ordered_json;

/// Longer than `glusterconsul check` takes at most, which is 3 s.
constexpr const char* kCheckTimeout = "5s";

/// The options of the check that are not at their defaults.
void add_policy(std::vector<std::string>& command, bool is_volume,
                const RegistrationSettings& settings) {
  const auto add = [&](const char* option, CheckStatus status, CheckStatus by_default) {
    if (status == by_default) return;
    command.insert(command.end(), {option, std::string(status_name(status))});
  };
  if (is_volume) {
    add("--partial", settings.volume.partial, VolumePolicy().partial);
  } else {
    add("--alone", settings.server.alone, ServerPolicy().alone);
  }
}

ordered_json definition_of(const WantedInstance& instance, const RegistrationSettings& settings,
                           const std::string& asked) {
  auto service = instance.service;
  service.meta.erase(kOwnMeta);
  const auto volume = service.meta.find(kVolumeMeta);
  const bool is_volume = volume != service.meta.end();
  std::vector<std::string> command = {"glusterconsul", "check", is_volume ? "volume" : "server"};
  if (is_volume) command.push_back(volume->second);
  if (!asked.empty()) command.insert(command.end(), {"--address", asked});
  add_policy(command, is_volume, settings);
  ordered_json definition = {{"id", service.id}, {"name", service.name}, {"port", service.port}};
  if (!service.address.empty()) definition["address"] = service.address;
  if (!service.tags.empty()) definition["tags"] = service.tags;
  if (!service.meta.empty()) definition["meta"] = service.meta;
  const auto name = registration_of(instance, settings).check_name;
  definition["checks"] = {{{"id", consul::check_id_of(service.id)},
                           {"name", name},
                           {"args", command},
                           {"interval", to_string(settings.interval)},
                           {"timeout", kCheckTimeout}}};
  return definition;
}

}  // namespace

std::string service_definitions(const Wanted& wanted, const RegistrationSettings& settings,
                                const std::string& asked) {
  auto services = ordered_json::array();
  for (const auto& instance : wanted.instances) {
    services.push_back(definition_of(instance, settings, asked));
  }
  const ordered_json document = {{"services", services}};
  return document.dump(2, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace glusterconsul::admin
