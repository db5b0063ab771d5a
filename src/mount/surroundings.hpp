#pragma once

#include <string>

#include "consul/conf_file.hpp"
#include "consul/environment.hpp"
#include "discovery/settings.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// What is said elsewhere than in the arguments.
struct Surroundings {
  consul::Environment environment;
  consul::ConfFile conf;
};

inline constexpr const char* kConfPath = "/etc/glusterconsul.conf";

/// Reads the environment and the conf file (none is as good as an empty one). The environment is
/// passed over where the process has more rights than its caller (AT_SECURE, getauxval(3)).
[[nodiscard]] Result<Surroundings> read_surroundings(const std::string& conf_path = kConfPath);

/// Reads the token file that the settings name, if any, into them.
[[nodiscard]] Result<void> load_token(discovery::Settings& settings);

}  // namespace glusterconsul::mount
