#pragma once

#include "util/cancel.hpp"

namespace glusterconsul::mount {

/// Turns SIGINT, SIGTERM and SIGHUP into a request on the returned object, which lives as long as
/// the program; ignores SIGPIPE, so that a reader who goes away ends no mount half-way. To be
/// called once, before any thread is started.
[[nodiscard]] Cancel& cancel_on_signals();

}  // namespace glusterconsul::mount
