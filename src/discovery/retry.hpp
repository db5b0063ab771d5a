#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "util/deadline.hpp"

namespace glusterconsul::discovery {

/// How long to wait before try number `attempt` + 1 (the first try is 1): grows by half each
/// time from half a second to 8 seconds, and a random fifth less or more, so that a fleet that
/// booted together does not ask together. At least what the other side asked for in `retry_after`,
/// plus a random half of it (bounded at one minute).
[[nodiscard]] milliseconds retry_delay(unsigned attempt, std::optional<milliseconds> retry_after,
                                       std::mt19937& rng);

}  // namespace glusterconsul::discovery
