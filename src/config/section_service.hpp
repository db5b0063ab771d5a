#pragma once

#include <string>

#include "config/conf_file.hpp"
#include "consul/service_name.hpp"
#include "util/error.hpp"

namespace glusterconsul::config {

/// The name of the service or prepared query that a section is for. `[gluster.service.consul]` is
/// the same as `[gluster]`. kUsage, with the section's origin, if the name cannot be that of a
/// service, or if it also specifies a tag, a data centre or the like: such a section would never be
/// used, or for more than it says. The name of a prepared query may contain dots.
[[nodiscard]] Result<std::string> section_service(const ConfFile::Section& section,
                                                  const consul::Domain& domain);

}  // namespace glusterconsul::config
