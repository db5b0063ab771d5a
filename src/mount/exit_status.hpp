#pragma once

#include "util/error.hpp"

namespace glusterconsul::mount {

/// Exit codes of mount(8). 16 (mtab) and 64 (some succeeded) are never given: no
/// mtab is written here, and there is one mount a call.
enum class ExitStatus : int {
  kSuccess = 0,
  kUsage = 1,  ///< incorrect invocation or permissions
  kSystem = 2,
  kBug = 4,
  kInterrupted = 8,
  kFailed = 32,
};

[[nodiscard]] ExitStatus exit_status(ErrorCode code);

/// What `nofail` forgives: that the storage cannot be reached now. Never usage,
/// permission, this machine's own failures, conflicts and bugs, nor what no waiting
/// can mend: a refused token, an untrusted certificate, a wrong question.
[[nodiscard]] bool forgiven_by_nofail(ErrorCode code);

}  // namespace glusterconsul::mount
