#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "util/deadline.hpp"

namespace glusterconsul::discovery {

/// How long to wait before try number `attempt` + 1 (the first try is 1): grows by half each time,
/// from half a second to 8 seconds, plus or minus a random amount of up to a fifth, so that
/// machines that booted together do not retry together. The wait is at least what the other side
/// asked for in `retry_after` (at most one minute), plus a random amount of up to half of it.
[[nodiscard]] milliseconds retry_delay(unsigned attempt, std::optional<milliseconds> retry_after,
                                       std::mt19937& rng);

}  // namespace glusterconsul::discovery
