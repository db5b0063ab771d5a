#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "discovery/healthy.hpp"
#include "discovery/lookup.hpp"
#include "discovery/plan.hpp"
#include "util/warning.hpp"

namespace glusterconsul::discovery {

/// The part of `consul-health=any` that does not hold over DNS.
inline constexpr std::string_view kNoCriticalOverDns =
    "consul-health=any has no effect on critical instances, which Consul's DNS does not list";

/// How many candidates have this outcome.
[[nodiscard]] std::size_t count(const std::vector<Candidate>& candidates, Outcome outcome);

/// Warnings if the lookup or the health of the instances falls short of what was requested.
[[nodiscard]] std::vector<Warning> lookup_warnings(const PlanInputs& inputs, const Found& found,
                                                   const Healthy& healthy);

/// Warnings about instances of the plan that are not used, or used last, although Consul reports
/// them as healthy.
[[nodiscard]] std::vector<Warning> skip_warnings(const Plan& plan);

}  // namespace glusterconsul::discovery
