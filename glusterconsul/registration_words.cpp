#include "glusterconsul/registration_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/documentation.hpp"
#include "consul/http_address.hpp"
#include "consul/service_name.hpp"
#include "gluster/command_line.hpp"
#include "glusterconsul/consul_settings.hpp"
#include "util/endpoint.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr milliseconds kMinInterval{100};
constexpr milliseconds kMaxInterval = std::chrono::hours(1);

/// The name, if it is only that.
Result<std::string> plain_service(const std::string& text, const consul::Domain& domain) {
  TRY_ASSIGN(const auto name, consul::parse_service_name(text, domain));
  const bool is_plain = name.kind == consul::ServiceName::Kind::kService && name.tag.empty() &&
                        name.datacenter.empty() && name.consul_namespace.empty() &&
                        name.partition.empty() && name.peer.empty();
  if (!is_plain) {
    return fail(ErrorCode::kUsage,
                fmt::format("--service {}: expected the name of a service alone", shortened(text)),
                "the agent determines the data centre, and the volumes are the tags");
  }
  return name.name;
}

/// consul-dc= is for lookups: services are registered in the data centre of the agent.
Result<void> check_place(const config::Settings& settings) {
  const std::array<std::pair<const char*, const std::string&>, 3> unsupported = {{
      {"consul-ns", settings.consul_namespace},
      {"consul-partition", settings.partition},
      {"consul-peer", settings.peer},
  }};
  for (const auto& [option, value] : unsupported) {
    if (value.empty()) continue;
    return fail(ErrorCode::kUsage,
                fmt::format("{}={}: services are only registered in the agent's own partition and "
                            "its default namespace",
                            option, shortened(value)));
  }
  return {};
}

admin::CheckStatus status_of(const std::string& word) {
  return word == "warning" ? admin::CheckStatus::kWarning : admin::CheckStatus::kCritical;
}

/// So that the looks at the server, at its volumes and at the agent together take less than the
/// interval.
milliseconds step_of(milliseconds interval) {
  return std::clamp(interval * 3 / 10, milliseconds(1000), milliseconds(3000));
}

/// Everything except the agent. The name of the service is not checked.
Result<RegistrationTask> checked_task(const RegistrationWords& words) {
  const auto parsed = parse_duration(words.interval);
  if (!parsed) return with_context(parsed.error(), "--interval");
  const auto interval = *parsed;
  if (interval < kMinInterval || interval > kMaxInterval) {
    return fail(ErrorCode::kUsage,
                fmt::format("--interval {}: expected {} to {}", shortened(words.interval),
                            to_string(kMinInterval), to_string(kMaxInterval)));
  }
  TRY_ASSIGN(const auto own, parse_endpoint("127.0.0.1", gluster::kGlusterdPort));
  RegistrationTask task{.settings = {.service = words.agent.service,
                                     .interval = interval,
                                     .server = {.alone = status_of(words.alone)},
                                     .volume = {.partial = status_of(words.partial)}},
                        .place = {.glusterd = own, .agent = {}, .step = step_of(interval)}};
  if (words.address.empty()) return task;
  auto given = parse_endpoint(words.address, gluster::kGlusterdPort);
  if (!given) {
    return with_context(given.error(), fmt::format("--address '{}'", shortened(words.address)));
  }
  task.place.glusterd = *std::move(given);
  task.settings.address = task.place.glusterd.host.text();
  task.settings.port = task.place.glusterd.port;
  return task;
}

}  // namespace

void add_agent_words(CLI::App& subcommand, AgentWords& words) {
  subcommand.add_option("--service", words.service, "the name of the service in Consul")
      ->capture_default_str()
      ->type_name("NAME");
  subcommand
      .add_option("-o,--options", words.options, "mount options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  subcommand.footer("Consul options for -o:\n" + config::option_help());
}

Result<ServiceAtAgent> service_at_agent(const AgentWords& words, const Report& report) {
  TRY_ASSIGN(auto ready, consul_settings(words.service, words.options, report));
  TRY_ASSIGN(auto service, plain_service(words.service, ready.settings.domain));
  TRY(check_place(ready.settings));
  if (!ready.settings.http) {
    return fail(ErrorCode::kUsage, "consul-http-addr=off: services are registered over HTTP",
                "set consul-http-addr= to the address of the local agent");
  }
  return ServiceAtAgent{std::move(service), *std::move(ready.settings.http)};
}

void add_registration_words(CLI::App& subcommand, RegistrationWords& words) {
  add_agent_words(subcommand, words.agent);
  subcommand
      .add_option("--address", words.address,
                  "the address to register, and to ask glusterd at (default: the node's address, "
                  "and 127.0.0.1)")
      ->type_name("HOST[:PORT]");
  subcommand.add_option("--interval", words.interval, "how often to check")
      ->capture_default_str()
      ->type_name("TIME");
  const CLI::IsMember status({"warning", "critical"});
  subcommand
      .add_option("--alone", words.alone, "the status if it reaches none of two or more peers")
      ->capture_default_str()
      ->check(status);
  subcommand.add_option("--partial", words.partial, "the status if part of a volume cannot serve")
      ->capture_default_str()
      ->check(status);
  subcommand.add_flag("--watch", words.watch, "repeat this at every interval, until SIGTERM");
  subcommand
      .add_flag("--print", words.print,
                "print definitions for the agent's configuration directory instead")
      ->excludes("--watch");
  subcommand.add_flag("--publish", words.publish, "then publish the volumes, as 'publish' does")
      ->excludes("--print");
  subcommand
      .add_option(
          "--prefix", words.prefix,
          fmt::format("where volumes are published (default: {})", admin::VolumeKeys::kDefault))
      ->needs("--publish")
      ->type_name("PREFIX");
}

Result<RegistrationTask> task_without_agent(const RegistrationWords& words) {
  TRY_ASSIGN(auto task, checked_task(words));
  TRY_ASSIGN(task.settings.service, plain_service(words.agent.service, config::Settings{}.domain));
  return task;
}

Result<RegistrationTask> registration_task(const RegistrationWords& words, const Report& report) {
  TRY_ASSIGN(auto task, checked_task(words));
  TRY_ASSIGN(auto there, service_at_agent(words.agent, report));
  if (words.address.empty() && !consul::stays_on_this_machine(there.agent)) {
    return fail(
        ErrorCode::kUsage,
        fmt::format("{} may be the agent of another machine, whose address would be "
                    "registered",
                    consul::where_of(there.agent)),
        "use the agent of this machine; if this server alone uses that agent, set --address");
  }
  task.settings.service = std::move(there.service);
  task.place.agent = std::move(there.agent);
  return task;
}

Result<std::optional<PublicationTask>> publication_of(const RegistrationWords& words,
                                                      const Report& report) {
  if (!words.publish) return std::nullopt;
  PublicationWords publication;
  publication.service = words.agent.service;
  publication.prefix = words.prefix;
  publication.options = words.agent.options;
  if (!words.address.empty()) publication.address = words.address;
  TRY_ASSIGN(auto task, publication_task(publication, report));
  return std::optional(std::move(task));
}

}  // namespace glusterconsul
