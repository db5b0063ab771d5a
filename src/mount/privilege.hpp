#pragma once

#include "util/error.hpp"

namespace glusterconsul::mount {

/// What both programs do before anything else, whoever called them and however:
/// - descriptors 0, 1 and 2 are opened on /dev/null if they are closed, so that no message is
///   written to a file that happens to get their number;
/// - the privileges of a set-user-ID or set-group-ID bit are dropped permanently: a program with
///   such a bit runs with the rights of its caller;
/// - other processes of the same user cannot inspect this one, and it dumps no core
///   (PR_SET_DUMPABLE, prctl(2)), because it holds a token. execve(2) undoes this for children,
///   whose limits are unchanged;
/// - files that it creates are accessible only to their owner.
[[nodiscard]] Result<void> settle_privileges();

}  // namespace glusterconsul::mount
