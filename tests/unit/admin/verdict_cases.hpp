#pragma once

#include "admin/check_result.hpp"

// What the tables of verdicts have in common.

namespace glusterconsul::admin {

inline constexpr auto kPassing = CheckStatus::kPassing;
inline constexpr auto kWarning = CheckStatus::kWarning;
inline constexpr auto kCritical = CheckStatus::kCritical;

/// Names a test after its row.
inline constexpr auto case_name = [](const auto& tested) { return tested.param.name; };

}  // namespace glusterconsul::admin
