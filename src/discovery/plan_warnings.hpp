#pragma once

#include <cstddef>
#include <vector>

#include "discovery/healthy.hpp"
#include "discovery/lookup.hpp"
#include "discovery/plan.hpp"
#include "util/warning.hpp"

namespace glusterconsul::discovery {

/// How many candidates have this outcome.
[[nodiscard]] std::size_t count(const std::vector<Candidate>& candidates, Outcome outcome);

/// In what the lookup and the health of the instances fall short of what was asked for.
[[nodiscard]] std::vector<Warning> lookup_warnings(const PlanInputs& inputs, const Found& found,
                                                   const Healthy& healthy);

/// Which instances of the plan are not used, or used last, although Consul says that they are
/// healthy.
[[nodiscard]] std::vector<Warning> skip_warnings(const Plan& plan);

}  // namespace glusterconsul::discovery
