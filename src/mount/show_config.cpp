#include "mount/show_config.hpp"

#include <utility>

#include "config/query.hpp"
#include "consul/service_name.hpp"
#include "mount/mount_options.hpp"
#include "mount/source.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {

Result<ShownConfig> show_config(const std::string& source, const std::vector<Option>& options,
                                config::Sources sources) {
  TRY_ASSIGN(const auto sorted, sort_options(options));
  sources.options = sorted.ours;
  TRY_ASSIGN(const auto domain, config::resolve_domain(sources));
  if (source.empty()) {
    TRY_ASSIGN(auto general, config::resolve(sources, ""));
    return ShownConfig{"", std::move(general.in_force)};
  }
  TRY_ASSIGN(const auto parsed, parse_source(source));
  TRY_ASSIGN(const auto name, consul::parse_service_name(parsed.name, domain));
  TRY_ASSIGN(auto resolution, config::resolve(sources, name.name));
  TRY_ASSIGN(const auto query, config::make_query(name, resolution.settings));
  config::add_name(resolution.in_force, name);
  return ShownConfig{name.name, std::move(resolution.in_force)};
}

}  // namespace glusterconsul::mount
