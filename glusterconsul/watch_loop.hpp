#pragma once

#include "glusterconsul/command.hpp"
#include "glusterconsul/registration_words.hpp"
#include "util/error.hpp"
#include "util/report.hpp"
#include "util/service_notify.hpp"

namespace glusterconsul {

/// `register --watch`: looks, registers, and with `--publish` publishes every interval, until
/// SIGTERM or SIGINT, which leave everything as it is and are a success. SIGHUP reads the settings
/// again and looks at once. A problem is reported when it begins and when it ends. Fails only if
/// the first settings cannot be used.
[[nodiscard]] Result<Outcome> watch_loop(const RegistrationWords& words,
                                         const ServiceNotify& notify, const Report& report);

}  // namespace glusterconsul
