#pragma once

#include <string>
#include <string_view>

namespace glusterconsul::admin {

/// The status of a check. The numbers are the exit statuses of Consul's and Nagios's checks.
enum class CheckStatus { kPassing = 0, kWarning = 1, kCritical = 2 };

/// "passing", "warning", "critical", as Consul names them.
[[nodiscard]] constexpr std::string_view status_name(CheckStatus status) {
  if (status == CheckStatus::kPassing) return "passing";
  return status == CheckStatus::kWarning ? "warning" : "critical";
}

/// The result of a check. The same state gives the same bytes: the output contains no times,
/// durations or counters, since each change wakes everything that watches the service in Consul.
struct CheckResult {
  CheckStatus status = CheckStatus::kPassing;
  /// The first line is the cause, at most 160 bytes; at most 2 KiB of printable ASCII in all,
  /// without a newline at the end. What cannot be known is kWarning and begins with "unknown: ".
  std::string output;
  friend bool operator==(const CheckResult&, const CheckResult&) = default;
};

}  // namespace glusterconsul::admin
