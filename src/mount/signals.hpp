#pragma once

#include "util/cancel.hpp"

namespace glusterconsul::mount {

/// Turns SIGINT, SIGTERM and SIGHUP into a request on the returned object, which lives as long as
/// the program. Ignores SIGPIPE, so that neither a reader that goes away nor a broken TLS
/// connection ends the program (consul/http_exchange.hpp). Call it once, before any thread is
/// started.
[[nodiscard]] Cancel& cancel_on_signals();

}  // namespace glusterconsul::mount
