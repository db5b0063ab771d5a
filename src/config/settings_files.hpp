#pragma once

#include <vector>

#include "config/settings.hpp"
#include "util/named_file.hpp"

namespace glusterconsul::config {

/// The files that the settings name.
[[nodiscard]] std::vector<NamedFile> settings_files(const Settings& settings);

}  // namespace glusterconsul::config
