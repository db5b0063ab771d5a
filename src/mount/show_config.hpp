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

/// The settings of a mount of `source` with `options`, or the general ones if `source`
/// is empty. Judged as by make_task(), less the client's options. Queries nobody, and
/// reads no token.
[[nodiscard]] Result<ShownConfig> show_config(const std::string& source,
                                              const std::vector<Option>& options,
                                              config::Sources sources);

}  // namespace glusterconsul::mount
