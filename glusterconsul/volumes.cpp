#include <fmt/format.h>

#include <optional>
#include <utility>

#include "admin/volume_report.hpp"
#include "config/documentation.hpp"
#include "discovery/offered_volumes.hpp"
#include "glusterconsul/consul_settings.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/real_system.hpp"
#include "mount/server_finder.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

struct VolumesWords {
  std::string service;
  std::vector<std::string> options;
  bool json = false;
};

Result<Outcome> run_volumes(const VolumesWords& words, const Report& report) {
  const auto colon = words.service.find(':');
  if (colon != std::string::npos) {
    return fail(
        ErrorCode::kUsage,
        fmt::format("'{}' is the source of a mount, not a service", shortened(words.service)),
        fmt::format("use 'glusterconsul volumes {}'", shell_quote(words.service.substr(0, colon))));
  }
  TRY_ASSIGN(const auto ready, consul_settings(words.service, words.options, report));
  const auto& settings = ready.settings;
  mount::RealSystem system;
  if (system.management_is_encrypted()) {
    return fail(ErrorCode::kSystem,
                "the servers' volumes cannot be listed: management encryption "
                "(/var/lib/glusterd/secure-access) is on",
                "use 'gluster volume list' on a server");
  }
  const Context context{Deadline::after(settings.timeout + settings.probe_timeout),
                        mount::cancel_on_signals(), report};
  const gluster::VolumePath unused{*gluster::VolumeName::parse("unused"), "", ""};
  auto list = discovery::list_volumes(system.consul_client(), mount::prober(system),
                                      {.settings = settings,
                                       .query = ready.query,
                                       .path = unused,
                                       .machine_id = system.machine_id(),
                                       .probe = gluster::ProbeMethod::kVolume,
                                       .probe_timeout = settings.probe_timeout,
                                       .cached = std::nullopt,
                                       .wall_now = system.wall_now()},
                                      context);
  if (words.json) return Outcome{admin::volume_json(list), std::move(list.problem)};
  if (list.problem) {
    for (const auto& warning : list.warnings) report.warning(warning);
  }
  return Outcome{list.problem ? "" : admin::volume_table(list), std::move(list.problem)};
}

}  // namespace

Subcommand add_volumes(CLI::App& app) {
  const auto words = std::make_shared<VolumesWords>();
  auto* volumes = app.add_subcommand("volumes", "Show which volumes the servers of SERVICE offer");
  volumes->add_option("SERVICE", words->service, "the NAME of NAME:/VOLUME")->required();
  volumes
      ->add_option("-o,--options", words->options,
                   "mount options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  volumes->footer("Consul options for -o:\n" + config::option_help());
  volumes->add_flag("--json", words->json, "print one JSON object, for programs");
  add_verbose_flag(*volumes);
  return {volumes, [words](const Report& report) { return run_volumes(*words, report); }};
}

}  // namespace glusterconsul
