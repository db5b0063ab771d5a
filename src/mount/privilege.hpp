#pragma once

#include "util/error.hpp"

namespace glusterconsul::mount {

/// What both programs do before anything else, whoever called them and however:
/// - descriptors 0, 1 and 2 are open, to /dev/null if they were not, so that no
///   message is written into what happens to get their number;
/// - what a set-user-ID or set-group-ID bit gave is given up for good: whoever
///   sets one makes a program with the rights of its caller;
/// - other processes of the same user cannot look into this one, and no core is
///   dumped of it (PR_SET_DUMPABLE, prctl(2)): it holds a token. execve(2) undoes
///   that for children, whose limits are untouched;
/// - files that it makes are for their owner alone.
[[nodiscard]] Result<void> settle_privileges();

}  // namespace glusterconsul::mount
