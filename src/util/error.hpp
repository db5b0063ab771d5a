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

/// What happened, in the terms that decide what comes next. A code is never changed to steer the
/// caller: whether to retry is Error::transient. Each code has a row in kErrorTable.
enum class ErrorCode {
  kUsage,        ///< the caller's input is wrong: option, source, target, conf file
  kPermission,   ///< the caller, or a file's owner or mode, does not allow it
  kSystem,       ///< this machine failed: memory, descriptors, missing program
  kBug,          ///< an invariant of ours did not hold
  kInterrupted,  ///< SIGINT, SIGTERM or SIGHUP
  kUnreachable,  ///< no connection, or it broke before an answer
  kTimedOut,     ///< no answer within the deadline
  kUnavailable,  ///< answered that it cannot answer now (429, 5xx, no leader)
  kRejected,     ///< answered that the question is wrong (400)
  kUntrusted,    ///< the other side's certificate or ours was not accepted
  kDenied,       ///< the token is refused (401, 403)
  kHidden,       ///< an answer exists, but access control hides it
  kUnknown,      ///< no such service, query, volume
  kUnhealthy,    ///< known, and nothing of it is healthy
  kNotServed,    ///< healthy servers exist, and none serves this volume or answers
  kBadReply,     ///< the answer cannot be understood
  kMountFailed,  ///< the client ran, and there is no working mount
  kConflict,     ///< something else is mounted on the target, or has been meanwhile
  kNotAllowed,   ///< what was found must not be used, because of its address or `consul-allow`
  kAmbiguous,    ///< the servers have different volumes of one name
  kCount,        ///< not a code: how many there are
};

/// The exit statuses of the programs. They are the numbers of mount(8), since one program is its
/// helper; 16 (mtab) and 64 (some succeeded) never occur. Here, and not in mount/, so that all that
/// follows from a code is in one row of one table.
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
  /// By the option `nofail`: the storage cannot be reached now. Never usage, permission, this
  /// machine's own failures, conflicts and bugs, nor a permanent error: a refused token, an
  /// untrusted certificate, a wrong question.
  bool forgiven_by_nofail;
  /// If it comes by HTTP, there is no fallback: the question or the token was refused, the
  /// certificate is wrong, or Consul has no such service.
  bool final_for_fallback;
  /// Whether the same question may be answered better in a while, unless Error says otherwise.
  bool transient;
};

inline constexpr std::array<ErrorTraits, static_cast<std::size_t>(ErrorCode::kCount)> kErrorTable =
    {{
        // clang-format off
        // code                     name            exit status               nofail fallback transient
        {ErrorCode::kUsage,         "usage",        ExitStatus::kUsage,       false, true,  false},
        {ErrorCode::kPermission,    "permission",   ExitStatus::kUsage,       false, true,  false},
        {ErrorCode::kSystem,        "system",       ExitStatus::kSystem,      false, false, false},
        {ErrorCode::kBug,           "bug",          ExitStatus::kBug,         false, true,  false},
        {ErrorCode::kInterrupted,   "interrupted",  ExitStatus::kInterrupted, false, true,  false},
        {ErrorCode::kUnreachable,   "unreachable",  ExitStatus::kFailed,      true,  false, true},
        {ErrorCode::kTimedOut,      "timed_out",    ExitStatus::kFailed,      true,  false, true},
        {ErrorCode::kUnavailable,   "unavailable",  ExitStatus::kFailed,      true,  false, true},
        {ErrorCode::kRejected,      "rejected",     ExitStatus::kFailed,      false, true,  false},
        {ErrorCode::kUntrusted,     "untrusted",    ExitStatus::kFailed,      false, true,  false},
        {ErrorCode::kDenied,        "denied",       ExitStatus::kFailed,      false, true,  false},
        {ErrorCode::kHidden,        "hidden",       ExitStatus::kFailed,      false, true,  false},
        {ErrorCode::kUnknown,       "unknown",      ExitStatus::kFailed,      true,  true,  true},
        {ErrorCode::kUnhealthy,     "unhealthy",    ExitStatus::kFailed,      true,  false, true},
        {ErrorCode::kNotServed,     "not_served",   ExitStatus::kFailed,      true,  false, false},
        {ErrorCode::kBadReply,      "bad_reply",    ExitStatus::kFailed,      true,  false, false},
        {ErrorCode::kMountFailed,   "mount_failed", ExitStatus::kFailed,      true,  false, false},
        {ErrorCode::kConflict,      "conflict",     ExitStatus::kFailed,      false, false, false},
        {ErrorCode::kNotAllowed,    "not_allowed",  ExitStatus::kFailed,      false, true,  false},
        {ErrorCode::kAmbiguous,     "ambiguous",    ExitStatus::kFailed,      false, true,  false},
        // clang-format on
    }};

/// Whether each code has its own row, at its own place.
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
  /// What can be done about it, for a line of its own; empty if there is nothing to say.
  std::string hint = {};
  /// Whether the same may succeed in a while.
  bool transient = traits(code).transient;
  /// How long the other side asked us to wait (HTTP `Retry-After`), if it did.
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for `return fail(ErrorCode::kUsage, "...")` from any `Result<T>`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                                std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

/// The same for an Error that is there already.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The same failure, hint and all, with what the caller was doing in front: "doing: failure".
[[nodiscard]] inline tl::unexpected<Error> with_context(Error error, std::string_view doing) {
  error.message = std::string(doing) + ": " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

/// Appends advice to what an error has already. Advice that is part of other advice is not
/// repeated.
void add_hint(Error& error, std::string_view hint);

/// An errno value as a sentence part: "Connection refused". Thread-safe.
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace glusterconsul
