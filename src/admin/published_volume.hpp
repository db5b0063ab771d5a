#pragma once

#include <string>
#include <vector>

#include "admin/volume_document.hpp"
#include "consul/domain.hpp"
#include "gluster/volume_info.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// The document of one volume of a server, from its name, id, type and options
/// user.glusterconsul.{options,directories,hidden,service}; without `pool`. `service` is the NAME
/// of its SPEC, unless the volume sets its own. What cannot be used is skipped, with a warning that
/// names the volume, the option and the value.
/// What remains can be read back by parse_volume_document(), with a pool of up to kMaxPool servers,
/// and mounted with map_entry().
[[nodiscard]] VolumeDocument published_volume(const gluster::VolumeInfo& volume,
                                              const std::string& service,
                                              const consul::Domain& domain,
                                              std::vector<Warning>& warnings);

}  // namespace glusterconsul::admin
