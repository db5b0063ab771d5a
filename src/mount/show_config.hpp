#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/sources.hpp"
#include "util/error.hpp"
#include "util/option.hpp"

namespace glusterconsul::mount {

/// What `glusterconsul lookup --show-config` prints.
struct ShownConfig {
  std::string service;  ///< empty: no SPEC was given
  std::vector<config::InForce> in_force;
};

/// The settings for a mount of `source` with `options`, or the general settings if `source` is
/// empty. Makes the same checks as make_task(), except those of the client's options. Sends no
/// query and reads no token.
[[nodiscard]] Result<ShownConfig> show_config(const std::string& source,
                                              const std::vector<Option>& options,
                                              config::Sources sources);

}  // namespace glusterconsul::mount
