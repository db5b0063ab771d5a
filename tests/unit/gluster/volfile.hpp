#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace glusterconsul::gluster {

/// The part of a volfile that describes the client of one brick.
inline std::string client(std::string_view host, std::string_view path = "/srv/g0/brick") {
  return fmt::format(
      "volume g0-client\n    type protocol/client\n    option ping-timeout 42\n"
      "    option remote-host {}\n    option remote-subvolume {}\nend-volume\n\n",
      host, path);
}

}  // namespace glusterconsul::gluster
