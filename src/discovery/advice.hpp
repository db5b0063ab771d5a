#pragma once

#include <string>

#include "discovery/plan.hpp"

namespace glusterconsul::discovery {

/// What to do if none of the plan's servers responds, from how each failed its probe; empty if that
/// does not tell.
[[nodiscard]] std::string advice_on_servers(const Plan& plan);

}  // namespace glusterconsul::discovery
