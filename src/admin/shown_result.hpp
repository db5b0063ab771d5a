#pragma once

#include <optional>

#include "admin/check_result.hpp"
#include "util/deadline.hpp"

namespace glusterconsul::admin {

/// What a check shows, which lags behind what is seen: it becomes worse only after two consecutive
/// bad looks, so that a glusterd that is restarted takes nothing out of Consul.
struct ShownResult {
  CheckResult result = {};
  std::optional<Clock::time_point> worse_since = {};  ///< when worse results began, if they did
  friend bool operator==(const ShownResult&, const ShownResult&) = default;
};

/// What to show after a look. A result that is better, or of the same status, is shown at once; a
/// worse one only after worse ones have been seen for at least `apart`, however many looks that
/// took.
[[nodiscard]] ShownResult after_look(const ShownResult& before, const CheckResult& seen,
                                     Clock::time_point now, milliseconds apart);

}  // namespace glusterconsul::admin
