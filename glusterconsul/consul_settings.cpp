#include "glusterconsul/consul_settings.hpp"

#include <utility>

#include "config/query.hpp"
#include "config/settings_files.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "consul/service_name.hpp"
#include "glusterconsul/command.hpp"
#include "mount/mount_options.hpp"
#include "mount/signals.hpp"
#include "util/try.hpp"

namespace glusterconsul {

Result<ConsulSettings> consul_settings(const std::string& service,
                                       const std::vector<std::string>& options,
                                       const Report& report) {
  TRY_ASSIGN(const auto split, all_options(options));
  TRY_ASSIGN(const auto sorted, mount::sort_options(split));
  TRY_ASSIGN(auto sources, config::read_sources());
  for (const auto& warning : sources.warnings) report.warning(warning);
  sources.options = sorted.ours;
  TRY_ASSIGN(const auto domain, config::resolve_domain(sources));
  TRY_ASSIGN(const auto name, consul::parse_service_name(service, domain));
  TRY_ASSIGN(auto settings, config::resolve_settings(sources, name.name));
  TRY_ASSIGN(auto query, config::make_query(name, settings));
  TRY(files_respond(config::settings_files(settings), mount::cancel_on_signals()));
  TRY(config::load_token(settings));
  for (const auto& warning : config::trust_warnings(settings)) report.warning(warning);
  return ConsulSettings{std::move(settings), std::move(query)};
}

}  // namespace glusterconsul
