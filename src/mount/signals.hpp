#pragma once

#include "util/cancel.hpp"

namespace glusterconsul::mount {

/// Resets inherited signal settings that would change how the program works: unblocks all signals;
/// restores the default action of SIGCHLD, without which children cannot be waited for; ignores
/// SIGPIPE, so that neither a reader that closes the pipe nor a broken TLS connection ends the
/// program (consul/http_exchange.hpp); and ignores SIGXFSZ, so that a file that would exceed
/// RLIMIT_FSIZE is a failed write (EFBIG). Call it before anything is printed.
void settle_signals();

/// Turns SIGTERM, SIGINT and SIGHUP into a request on the returned object, which lives as long as
/// the program. SIGINT and SIGHUP remain ignored if they were ignored at startup, as nohup(1) and
/// shells with background jobs arrange. Call it once, before any thread is started.
[[nodiscard]] Cancel& cancel_on_signals();

/// From now on, SIGHUP makes the returned descriptor, an eventfd(2), readable, and requests no
/// cancellation, even if it was ignored at startup or cancel_on_signals() is called again. Reading
/// the descriptor, which does not block, makes it wait for the next signal. -1 if there is no
/// descriptor left.
[[nodiscard]] int wake_on_hangup();

/// Undoes cancel_on_signals() and wake_on_hangup(): the signals end the program again. For when all
/// that is left to do is to print, which waits for the reader.
void end_on_signals();

}  // namespace glusterconsul::mount
