#pragma once

#include <map>
#include <optional>
#include <string>

#include "util/error.hpp"

namespace glusterconsul::mount {

/// The options of each mount in a mount table (mountinfo), by its id: those of the mount and those
/// of its file system, as findmnt(8) shows them. kSystem if it cannot be read.
[[nodiscard]] Result<std::map<int, std::string>> options_of_mounts(const std::string& path);

/// The options of the first line of fstab(5) for this source, target and the type glusterconsul;
/// nothing if there is none, or if the file cannot be read. Sources are compared with
/// same_source().
[[nodiscard]] std::optional<std::string> fstab_options(const std::string& source,
                                                       const std::string& target,
                                                       const std::string& path = "/etc/fstab");

}  // namespace glusterconsul::mount
