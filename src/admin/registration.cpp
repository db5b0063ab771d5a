#include "admin/registration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "gluster/volume_type.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using consul::AgentService;

constexpr milliseconds kMinTtl{30'000};

constexpr const char* kUuidMeta = "gluster_uuid";

/// Consul's maximum for a value of Meta.
constexpr std::size_t kMaxMeta = 512;

/// Whether Consul's DNS can be asked for the tag: a label of RFC 1123 section 2.1.
bool is_dns_label(std::string_view text) {
  constexpr std::size_t kMaxLabel = 63;
  if (text.empty() || text.size() > kMaxLabel || text.front() == '-' || text.back() == '-') {
    return false;
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_ascii_alnum(c) || c == '-'; });
}

std::string meta_of(const AgentService& service, std::string_view key) {
  const auto found = service.meta.find(key);
  return found == service.meta.end() ? std::string() : found->second;
}

std::string known_uuid(std::span<const AgentService> known) {
  return known.empty() ? std::string() : uuid_of(known.front());
}

void add_meta(AgentService& service, const char* key, const std::string& value) {
  if (!value.empty() && value.size() <= kMaxMeta) service.meta[key] = value;
}

AgentService volume_service(const std::string& uuid, const gluster::VolumeInfo& volume,
                            const RegistrationSettings& settings) {
  auto service = server_instance(uuid, settings);
  service.id = fmt::format("{}:{}", settings.service, volume.name);
  if (is_dns_label(volume.name)) service.tags.push_back(volume.name);
  add_meta(service, kVolumeMeta, volume.name);
  add_meta(service, "gluster_volume_id", volume.id);
  add_meta(service, "gluster_type", gluster::type_name(volume));
  return service;
}

Warning without_tag(const gluster::VolumeInfo& volume, const RegistrationSettings& settings) {
  return {
      fmt::format("the volume '{}' is registered without a tag, because its name is not a valid "
                  "DNS label",
                  shortened(volume.name, 100)),
      fmt::format("mount it as {}:/{}, which needs no tag", settings.service,
                  shortened(volume.name, 100))};
}

/// None if the volume's name is not one, which glusterd's list excludes.
std::optional<CheckResult> judge(const std::string& volume, const VolumeState& seen,
                                 const RegistrationSettings& settings) {
  const auto name = gluster::VolumeName::parse(volume);
  if (!name) return std::nullopt;
  return judge_volume(*name, seen, settings.volume);
}

/// A volume of a glusterd that did not answer.
VolumeState unseen(const ServerState& server) {
  VolumeState state;
  state.glusterd = server.glusterd;
  state.detail = server.detail;
  return state;
}

void add_volumes(Wanted& wanted, const Look& look, const std::string& uuid,
                 const RegistrationSettings& settings) {
  for (std::size_t i = 0; i < look.server.volumes.size(); ++i) {
    const auto& volume = look.server.volumes[i];
    auto result =
        judge(volume.name, i < look.volumes.size() ? look.volumes[i] : unseen({}), settings);
    if (!result) continue;
    wanted.instances.push_back({volume_service(uuid, volume, settings), *std::move(result)});
    if (wanted.instances.back().service.tags.empty()) {
      wanted.warnings.push_back(without_tag(volume, settings));
    }
  }
}

/// The instances of a server whose glusterd does not list its volumes.
void add_known(Wanted& wanted, const ServerState& server, std::span<const AgentService> known,
               const RegistrationSettings& settings) {
  const auto state = unseen(server);
  const auto of_server = judge_server(server, settings.server);
  for (const auto& service : known) {
    const auto volume = meta_of(service, kVolumeMeta);
    auto result = volume.empty() ? of_server : judge(volume, state, settings);
    if (result) wanted.instances.push_back({service, *std::move(result)});
  }
  const bool has_server = std::any_of(known.begin(), known.end(), [&](const AgentService& service) {
    return service.id == settings.service;
  });
  if (!has_server && server.glusterd == GlusterdState::kEncrypted) {
    wanted.instances.insert(wanted.instances.begin(),
                            {server_instance(server.uuid, settings), of_server});
  }
}

/// The known instances of volumes that glusterd listed, but did not describe: they stay.
void add_undescribed(Wanted& wanted, const ServerState& server,
                     std::span<const AgentService> known) {
  for (const auto& service : known) {
    const auto volume = meta_of(service, kVolumeMeta);
    const auto& names = server.undescribed;
    if (std::find(names.begin(), names.end(), volume) == names.end()) continue;
    wanted.instances.push_back(
        {service,
         {CheckStatus::kWarning, "unknown: glusterd lists the volume, but does not describe it"}});
  }
}

/// Why the check exists, and its TTL, which Consul does not show.
std::string notes_of(const RegistrationSettings& settings) {
  return fmt::format("set by 'glusterconsul register', at least every {}",
                     to_string(ttl_of(settings)));
}

/// Whether the agent has the check with the present TTL.
bool has_check(const consul::AgentState& agent, const std::string& service_id,
               const RegistrationSettings& settings) {
  const auto id = consul::check_id_of(service_id);
  return std::any_of(agent.checks.begin(), agent.checks.end(),
                     [&](const consul::AgentCheck& check) {
                       return check.id == id && check.notes == notes_of(settings);
                     });
}

}  // namespace

milliseconds ttl_of(const RegistrationSettings& settings) {
  return std::max(kMinTtl, 3 * settings.interval);
}

const AgentService* find_service(const consul::AgentState& agent, std::string_view id) {
  const auto found = std::find_if(agent.services.begin(), agent.services.end(),
                                  [&](const AgentService& service) { return service.id == id; });
  return found == agent.services.end() ? nullptr : &*found;
}

bool is_registration(const AgentService& service, std::string_view name) {
  return service.name == name && meta_of(service, kOwnMeta) == "1";
}

std::string uuid_of(const AgentService& service) {
  return meta_of(service, kUuidMeta);
}

AgentService server_instance(const std::string& uuid, const RegistrationSettings& settings) {
  AgentService service{.id = settings.service,
                       .name = settings.service,
                       .tags = {},
                       .meta = {{kOwnMeta, "1"}},
                       .address = settings.address,
                       .port = settings.port};
  add_meta(service, kUuidMeta, uuid);
  return service;
}

bool is_of_same_server(const AgentService& service, const AgentService& instance) {
  if (!is_registration(service, instance.name)) return false;
  const bool has_same_place = service.address == instance.address && service.port == instance.port;
  const auto uuid = uuid_of(service);
  return has_same_place || uuid.empty() || uuid == uuid_of(instance);
}

Wanted wanted_instances(const Look& look, std::span<const AgentService> known,
                        const RegistrationSettings& settings) {
  Wanted wanted;
  wanted.is_complete = look.server.glusterd == GlusterdState::kAnswers;
  if (!wanted.is_complete) {
    add_known(wanted, look.server, known, settings);
    return wanted;
  }
  const auto uuid = look.server.uuid.empty() ? known_uuid(known) : look.server.uuid;
  wanted.instances.push_back(
      {server_instance(uuid, settings), judge_server(look.server, settings.server)});
  add_volumes(wanted, look, uuid, settings);
  add_undescribed(wanted, look.server, known);
  return wanted;
}

Change change_for(const AgentService& wanted, const consul::AgentState& agent,
                  const RegistrationSettings& settings) {
  const auto* present = find_service(agent, wanted.id);
  if (present == nullptr) return Change::kAdd;
  if (!is_of_same_server(*present, wanted)) return Change::kForeign;
  const bool is_same = *present == wanted && has_check(agent, wanted.id, settings);
  return is_same ? Change::kNone : Change::kReplace;
}

std::vector<std::string> obsolete(const Wanted& wanted, const consul::AgentState& agent) {
  std::vector<std::string> ids;
  if (!wanted.is_complete || wanted.instances.empty()) return ids;
  const auto& server = wanted.instances.front().service;
  for (const auto& service : agent.services) {
    const bool is_wanted = std::any_of(
        wanted.instances.begin(), wanted.instances.end(),
        [&](const WantedInstance& instance) { return instance.service.id == service.id; });
    if (is_of_same_server(service, server) && !is_wanted) ids.push_back(service.id);
  }
  return ids;
}

consul::ServiceRegistration registration_of(const WantedInstance& instance,
                                            const RegistrationSettings& settings) {
  const auto volume = meta_of(instance.service, kVolumeMeta);
  return {.service = instance.service,
          .check_name = volume.empty() ? "glusterd and its peers" : "volume " + volume,
          .check_notes = notes_of(settings),
          .ttl = ttl_of(settings),
          .check_status = status_name(instance.result.status)};
}

}  // namespace glusterconsul::admin
