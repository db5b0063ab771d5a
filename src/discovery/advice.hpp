#pragma once

#include <string>

#include "discovery/plan.hpp"

namespace glusterconsul::discovery {

/// Why none of the plan's servers responds, and what to do about it; both empty if that is not
/// known.
struct Advice {
  std::string cause;  ///< "glusterd on the servers does not respond"
  std::string hint;
};

/// Infers it from how each server failed its probe.
[[nodiscard]] Advice advice_on_servers(const Plan& plan);

}  // namespace glusterconsul::discovery
