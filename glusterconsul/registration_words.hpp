#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "admin/registrar.hpp"
#include "admin/registration.hpp"
#include "admin/volume_key.hpp"
#include "glusterconsul/publication_task.hpp"
#include "util/error.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// The arguments that `register` and `deregister` have in common.
struct AgentWords {
  std::string service = "gluster";
  std::vector<std::string> options;
};

void add_agent_words(CLI::App& subcommand, AgentWords& words);

/// The name of the service and the agent, from the same settings as a mount's; consul-dc has no
/// effect. kUsage if the words name anything else than a service, or the settings exclude HTTP or
/// ask for a namespace, a partition or a peer.
struct ServiceAtAgent {
  std::string service;
  consul::HttpSettings agent;
};
[[nodiscard]] Result<ServiceAtAgent> service_at_agent(const AgentWords& words,
                                                      const Report& report);

/// The arguments of `register`.
struct RegistrationWords {
  AgentWords agent;
  std::string address;
  std::string interval = "10s";
  std::string alone = "critical";
  std::string partial = "warning";
  std::string prefix = admin::VolumeKeys::kDefault;
  bool watch = false;
  bool print = false;
  bool publish = false;
};

void add_registration_words(CLI::App& subcommand, RegistrationWords& words);

/// What is registered, and where.
struct RegistrationTask {
  admin::RegistrationSettings settings;
  admin::RegistrationPlace place;
};

/// kUsage if a value cannot be used; also if the agent is on another machine, whose address would
/// be registered, unless an address is given.
[[nodiscard]] Result<RegistrationTask> registration_task(const RegistrationWords& words,
                                                         const Report& report);

/// The same without an agent, for `--print`.
[[nodiscard]] Result<RegistrationTask> task_without_agent(const RegistrationWords& words);

/// What `register --publish` publishes; none without that flag.
[[nodiscard]] Result<std::optional<PublicationTask>> publication_of(const RegistrationWords& words,
                                                                    const Report& report);

}  // namespace glusterconsul
