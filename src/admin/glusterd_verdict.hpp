#pragma once

#include <optional>
#include <string_view>

#include "admin/check_result.hpp"
#include "admin/server_state.hpp"

namespace glusterconsul::admin {

/// The verdict on a glusterd that did not answer all requests; nothing if it did. `detail` is the
/// cause, for people.
[[nodiscard]] std::optional<CheckResult> judge_glusterd(GlusterdState glusterd,
                                                        std::string_view detail);

}  // namespace glusterconsul::admin
