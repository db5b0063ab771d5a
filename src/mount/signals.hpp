#pragma once

#include "util/cancel.hpp"

namespace glusterconsul::mount {

/// What is inherited from whoever started the program and would change how it works is set to the
/// usual: no signal is blocked; SIGCHLD has its default action, as without it children cannot be
/// waited for; SIGPIPE is ignored, so that neither a reader who goes away nor a TLS connection that
/// breaks ends the program (consul/http_exchange.hpp). To be called before anything is printed.
void settle_signals();

/// Turns SIGTERM, SIGINT and SIGHUP into a request on the returned object, which lives as long as
/// the program. SIGINT and SIGHUP stay ignored if they were ignored at the start: nohup(1) and the
/// shell of a background job do that. To be called once, before any thread is started.
[[nodiscard]] Cancel& cancel_on_signals();

}  // namespace glusterconsul::mount
