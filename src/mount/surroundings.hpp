#pragma once

#include <string>
#include <vector>

#include "consul/conf_file.hpp"
#include "consul/environment.hpp"
#include "discovery/settings.hpp"
#include "util/error.hpp"
#include "util/option.hpp"

namespace glusterconsul::mount {

/// What is said elsewhere than in the arguments.
struct Surroundings {
  consul::Environment environment;
  consul::ConfFile conf;
};

inline constexpr const char* kConfPath = "/etc/glusterconsul.conf";

/// Reads the environment, the conf file (none is as good as an empty one) and behind it those of
/// the folder `conf_path` + ".d", as consul::list_conf_folder() orders them. The environment is
/// passed over where the process has more rights than its caller (AT_SECURE, getauxval(3)).
[[nodiscard]] Result<Surroundings> read_surroundings(const std::string& conf_path = kConfPath);

/// What `glusterconsul lookup --show-config` tells.
struct ShownConfig {
  std::string service;  ///< empty: no SPEC was given
  std::vector<discovery::InForce> in_force;
};

/// What holds for a mount of `source` with `options`, or in general where `source`
/// is empty. Judged as by make_task(), less the client's options. Asks nobody, and
/// reads no token.
[[nodiscard]] Result<ShownConfig> show_config(const std::string& source,
                                              const std::vector<Option>& options,
                                              const Surroundings& surroundings);

/// Reads the token file that the settings name, if any, into them.
[[nodiscard]] Result<void> load_token(discovery::Settings& settings);

}  // namespace glusterconsul::mount
