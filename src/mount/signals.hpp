#pragma once

#include "util/cancel.hpp"

namespace glusterconsul::mount {

/// Resets what is inherited from the caller and would change how the program works: no signal is
/// blocked; SIGCHLD has its default action, without which children cannot be waited for; SIGPIPE is
/// ignored, so that neither a reader that goes away nor a broken TLS connection ends the program
/// (consul/http_exchange.hpp). Call it before anything is printed.
void settle_signals();

/// Turns SIGTERM, SIGINT and SIGHUP into a request on the returned object, which lives as long as
/// the program. SIGINT and SIGHUP stay ignored if they were ignored at the start, as nohup(1) and
/// the shell of a background job arrange. Call it once, before any thread is started.
[[nodiscard]] Cancel& cancel_on_signals();

/// Undoes cancel_on_signals(): the signals end the program again. For when all that is left to do
/// is to print, which waits for the reader.
void end_on_signals();

}  // namespace glusterconsul::mount
