#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace glusterconsul {

/// Why something failed, in the terms that decide what happens next: whether
/// to try again, whether to ask elsewhere, and which exit status to give.
/// The list is closed; a `switch` over it has no `default`.
enum class ErrorCode {
  kUsage,        ///< the caller's words are wrong: option, source, target, conf file
  kPermission,   ///< the caller or a file's owner or mode does not allow it
  kSystem,       ///< this machine failed us: memory, descriptors, missing program
  kBug,          ///< an invariant of ours did not hold
  kInterrupted,  ///< SIGINT, SIGTERM or SIGHUP
  kUnreachable,  ///< no connection, or it broke before an answer; may pass
  kTimedOut,     ///< no answer within the deadline; may pass
  kUnavailable,  ///< answered that it cannot answer now (429, 5xx, no leader); may pass
  kRejected,     ///< answered that the question is wrong (400); final
  kUntrusted,    ///< the other side's certificate or ours was not accepted; final
  kDenied,       ///< the token is refused (401, 403); final
  kHidden,       ///< an answer exists, but access control hides it; final
  kUnknown,      ///< no such service, query, volume; may pass while a service starts
  kUnhealthy,    ///< known, and nothing of it is healthy; may pass
  kNotServed,    ///< healthy servers exist, and none serves this volume or answers; may pass
  kBadReply,     ///< the answer cannot be understood
  kMountFailed,  ///< the client ran, and there is no working mount
  kConflict,     ///< something else is mounted where we should mount, or is there by now
  kNotAllowed,  ///< what was found is not to be used, as its address or `consul-allow` shows; final
  kAmbiguous,   ///< the servers have different volumes of one name; final
};

/// One failure: a code for the program and one sentence for the sysadmin.
/// The sentence starts in lower case, names the thing that failed and ends
/// without a full stop, so that it can follow "mount.glusterconsul: ".
struct Error {
  ErrorCode code;
  std::string message;
  /// How long the other side asked us to wait (HTTP `Retry-After`), if it did.
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for `return fail(ErrorCode::kUsage, "...")` from any `Result<T>`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt});
}

/// The same for an Error that is there already.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The same failure with what the caller was doing in front: "doing: failure".
[[nodiscard]] inline tl::unexpected<Error> with_context(Error error, std::string_view doing) {
  error.message = std::string(doing) + ": " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

/// An errno value as a sentence part: "Connection refused". Thread-safe.
[[nodiscard]] std::string errno_text(int error_number);

}  // namespace glusterconsul
