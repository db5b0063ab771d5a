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

/// Undoes cancel_on_signals(): the signals end the program again. For when all that is left to do
/// is to print, which waits for the reader.
void end_on_signals();

}  // namespace glusterconsul::mount
