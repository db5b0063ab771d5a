#include "glusterconsul/volumes.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "admin/volume_report.hpp"
#include "config/documentation.hpp"
#include "config/query.hpp"
#include "config/settings_files.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "consul/service_name.hpp"
#include "discovery/offered_volumes.hpp"
#include "mount/mount_options.hpp"
#include "mount/real_system.hpp"
#include "mount/server_finder.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {

CLI::App* add_volumes(CLI::App& app, VolumesWords& words) {
  auto* volumes = app.add_subcommand("volumes", "Show which volumes the servers of SERVICE offer");
  volumes->add_option("SERVICE", words.service, "the NAME of NAME:/VOLUME")->required();
  volumes
      ->add_option("-o,--options", words.options, "mount options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  volumes->footer("Consul options for -o:\n" + config::option_help());
  volumes->add_flag("--json", words.json, "print one JSON object, for programs");
  volumes->add_flag("-v,--verbose", words.verbose, "show each step with its time");
  return volumes;
}

Result<Outcome> run_volumes(const VolumesWords& words, const Report& report) {
  const auto colon = words.service.find(':');
  if (colon != std::string::npos) {
    return fail(
        ErrorCode::kUsage,
        fmt::format("'{}' is the source of a mount, not a service", shortened(words.service)),
        fmt::format("use 'glusterconsul volumes {}'", shell_quote(words.service.substr(0, colon))));
  }
  TRY_ASSIGN(const auto options, all_options(words.options));
  TRY_ASSIGN(const auto sorted, mount::sort_options(options));
  TRY_ASSIGN(auto sources, config::read_sources());
  for (const auto& warning : sources.warnings) report.warning(warning);
  sources.options = sorted.ours;
  TRY_ASSIGN(const auto domain, config::resolve_domain(sources));
  TRY_ASSIGN(const auto name, consul::parse_service_name(words.service, domain));
  TRY_ASSIGN(auto settings, config::resolve_settings(sources, name.name));
  TRY_ASSIGN(const auto query, config::make_query(name, settings));
  const auto& cancel = mount::cancel_on_signals();
  TRY(files_respond(config::settings_files(settings), cancel));
  TRY(config::load_token(settings));
  for (const auto& warning : config::trust_warnings(settings)) report.warning(warning);

  mount::RealSystem system;
  if (system.management_is_encrypted()) {
    return fail(ErrorCode::kSystem,
                "the servers' volumes cannot be listed: management encryption "
                "(/var/lib/glusterd/secure-access) is on",
                "use 'gluster volume list' on a server");
  }
  const Context context{Deadline::after(settings.timeout + settings.probe_timeout), cancel, report};
  const gluster::VolumePath unused{*gluster::VolumeName::parse("unused"), "", ""};
  auto list = discovery::list_volumes(system.consul_client(), mount::prober(system),
                                      {.settings = settings,
                                       .query = query,
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

}  // namespace glusterconsul
