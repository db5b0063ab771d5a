#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::discovery {

/// The hint for a volume that is not among `names`: the closest of them, otherwise up to eight of
/// them after `heading`; empty if there are none.
[[nodiscard]] std::string volume_hint(std::string_view wanted,
                                      const std::vector<std::string>& names,
                                      std::string_view heading);

}  // namespace glusterconsul::discovery
