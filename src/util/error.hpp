#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace glusterconsul {

/// What happened, as far as it decides what to do next. A code is never changed to steer the
/// caller: Error::transient is what decides whether to retry. Each code has a row in kErrorTable.
enum class ErrorCode {
  kUsage,        ///< the caller's input is wrong: option, source, target, conf file
  kPermission,   ///< not permitted: the caller's privileges, or a file's owner or mode
  kSystem,       ///< this machine failed: memory, descriptors, missing program
  kUnreadable,   ///< a file of the settings cannot be read, or a TLS file cannot be used
  kBug,          ///< one of our invariants does not hold
  kInterrupted,  ///< SIGINT, SIGTERM or SIGHUP
  kUnreachable,  ///< no connection, or it was lost before a reply
  kTimedOut,     ///< no reply before the deadline
  kUnavailable,  ///< the server replied that it cannot answer now (429, 5xx, no leader)
  kRejected,     ///< the server replied that the request is wrong (400)
  kUntrusted,    ///< the server's certificate or ours was not accepted
  kDenied,       ///< the token was rejected (401, 403)
  kHidden,       ///< a result exists, but access control hides it
  kUnknown,      ///< no such service, query or volume
  kUnhealthy,    ///< known, but without a healthy instance
  kNotServed,    ///< healthy servers exist, but none serves this volume or responds
  kBadReply,     ///< the reply cannot be understood
  kMountFailed,  ///< the client ran, but there is no working mount
  kConflict,     ///< something else is mounted on the target, or was in the meantime
  kNotAllowed,   ///< found, but must not be used because of its address or `consul-allow`
  kAmbiguous,    ///< the servers have different volumes of the same name
  kCount,        ///< not a code: the number of codes
};

/// The exit statuses of both programs. The numbers are those of mount(8), because one of the
/// programs is its helper; 16 (mtab) and 64 (some mounts succeeded) never occur. They are defined
/// here and not in mount/ so that everything that follows from a code is in one row of one table.
enum class ExitStatus : int {
  kSuccess = 0,
  kUsage = 1,  ///< incorrect invocation or permissions
  kSystem = 2,
  kBug = 4,
  kInterrupted = 8,
  kFailed = 32,
};

/// What follows from a code.
struct ErrorTraits {
  ErrorCode code;
  std::string_view name;
  ExitStatus exit_status;
  /// If HTTP fails with it, there is no fallback: the request or the token was rejected, the
  /// certificate is wrong, a file of the settings cannot be read, or Consul has no such service.
  bool final_for_fallback;
  /// Whether the same request may succeed later. The default of Error::transient.
  bool transient;
};

inline constexpr std::array<ErrorTraits, static_cast<std::size_t>(ErrorCode::kCount)> kErrorTable =
    {{
        // clang-format off
        // code                     name            exit status               fallback transient
        {ErrorCode::kUsage,         "usage",        ExitStatus::kUsage,       true,    false},
        {ErrorCode::kPermission,    "permission",   ExitStatus::kUsage,       true,    false},
        {ErrorCode::kSystem,        "system",       ExitStatus::kSystem,      false,   false},
        {ErrorCode::kUnreadable,    "unreadable",   ExitStatus::kSystem,      true,    false},
        {ErrorCode::kBug,           "bug",          ExitStatus::kBug,         true,    false},
        {ErrorCode::kInterrupted,   "interrupted",  ExitStatus::kInterrupted, true,    false},
        {ErrorCode::kUnreachable,   "unreachable",  ExitStatus::kFailed,      false,   true},
        {ErrorCode::kTimedOut,      "timed_out",    ExitStatus::kFailed,      false,   true},
        {ErrorCode::kUnavailable,   "unavailable",  ExitStatus::kFailed,      false,   true},
        {ErrorCode::kRejected,      "rejected",     ExitStatus::kFailed,      true,    false},
        {ErrorCode::kUntrusted,     "untrusted",    ExitStatus::kFailed,      true,    false},
        {ErrorCode::kDenied,        "denied",       ExitStatus::kFailed,      true,    false},
        {ErrorCode::kHidden,        "hidden",       ExitStatus::kFailed,      true,    false},
        {ErrorCode::kUnknown,       "unknown",      ExitStatus::kFailed,      true,    true},
        {ErrorCode::kUnhealthy,     "unhealthy",    ExitStatus::kFailed,      false,   true},
        {ErrorCode::kNotServed,     "not_served",   ExitStatus::kFailed,      false,   false},
        {ErrorCode::kBadReply,      "bad_reply",    ExitStatus::kFailed,      false,   false},
        {ErrorCode::kMountFailed,   "mount_failed", ExitStatus::kFailed,      false,   false},
        {ErrorCode::kConflict,      "conflict",     ExitStatus::kFailed,      false,   false},
        {ErrorCode::kNotAllowed,    "not_allowed",  ExitStatus::kFailed,      true,    false},
        {ErrorCode::kAmbiguous,     "ambiguous",    ExitStatus::kFailed,      true,    false},
        // clang-format on
    }};

/// Whether the table has exactly one row for each code, at the code's index.
constexpr bool has_row_for_each_code() {
  for (std::size_t i = 0; i < kErrorTable.size(); ++i) {
    if (kErrorTable[i].code != static_cast<ErrorCode>(i) || kErrorTable[i].name.empty()) {
      return false;
    }
  }
  return true;
}
static_assert(has_row_for_each_code());

[[nodiscard]] constexpr const ErrorTraits& traits(ErrorCode code) {
  return kErrorTable.at(static_cast<std::size_t>(code));
}

/// One failure, for the program and for the administrator.
struct Error {
  ErrorCode code;
  /// What failed and on what, then the cause. Starts in lower case and ends without a full stop,
  /// so that it can follow "mount.glusterconsul: ".
  std::string message;
  /// What can be done about it, printed on a separate line; empty if there is no advice.
  std::string hint = {};
  /// Whether the same operation may succeed later.
  bool transient = traits(code).transient;
  /// How long the server asked us to wait (HTTP `Retry-After`), if it did.
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for `return fail(ErrorCode::kUsage, "...")` from any `Result<T>`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                                std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

/// The same for an existing Error.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The same error, including its hint, with what the caller was doing in front of the message:
/// "doing: failure".
[[nodiscard]] inline tl::unexpected<Error> with_context(Error error, std::string_view doing) {
  error.message = std::string(doing) + ": " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

/// Appends advice to the hint of an error. If one of the two contains the other, only the longer
/// one is kept.
void add_hint(Error& error, std::string_view hint);

/// The description of an errno value: "Connection refused". Thread-safe.
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace glusterconsul
