#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "consul/query.hpp"
#include "util/error.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// How a subcommand queries Consul about one service.
struct ConsulSettings {
  config::Settings settings;  ///< with the token
  consul::ServiceQuery query;
};

/// Combines the conf files, the environment and the `-o` options of a subcommand, as a mount does,
/// and reads the token file. `service` is the NAME of NAME:/VOLUME. Reports warnings.
[[nodiscard]] Result<ConsulSettings> consul_settings(const std::string& service,
                                                     const std::vector<std::string>& options,
                                                     const Report& report);

}  // namespace glusterconsul
