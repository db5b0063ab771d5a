#pragma once

#include "util/cancel.hpp"

namespace glusterconsul::mount {

/// Turns SIGINT, SIGTERM and SIGHUP into a request on the returned object, which lives as long as
/// the program; ignores SIGPIPE, so that neither a reader who goes away nor a TLS connection that
/// breaks ends the program (consul/http_exchange.hpp). To be called once, before any thread is
/// started.
[[nodiscard]] Cancel& cancel_on_signals();

}  // namespace glusterconsul::mount
