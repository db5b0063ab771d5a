#pragma once

#include <string>

#include "discovery/offered_volumes.hpp"

namespace glusterconsul::admin {

/// For people: a line for each volume with the servers that offer it, then the healthy servers that
/// did not list their volumes, and the warnings. Every text goes through printable().
[[nodiscard]] std::string volume_table(const discovery::VolumeList& list);

/// One JSON object and a newline: `service`, `via`, `warnings`, `volumes`, `servers`, `error`.
[[nodiscard]] std::string volume_json(const discovery::VolumeList& list);

}  // namespace glusterconsul::admin
