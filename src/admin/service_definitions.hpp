#pragma once

#include <string>

#include "admin/registration.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// The instances as definitions for Consul's configuration directory, whose checks call
/// `glusterconsul check`: a JSON object with its newline, which Consul accepts from 1.8 on. They do
/// not have the meta by which `glusterconsul register` recognizes its own. `asked` is the glusterd
/// that the checks ask, as it was given; empty: the default.
[[nodiscard]] std::string service_definitions(const Wanted& wanted,
                                              const RegistrationSettings& settings,
                                              const std::string& asked);

}  // namespace glusterconsul::admin
