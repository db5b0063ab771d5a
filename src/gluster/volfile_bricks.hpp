#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/host.hpp"

namespace glusterconsul::gluster {

/// A `protocol/client` translator of a volfile, whose views point into the volfile.
struct ClientTranslator {
  std::string_view host;
  std::string_view subvolume;
};

/// Takes the text of a volfile up to the end of its next `protocol/client` translator with a
/// `remote-subvolume` from the front of `volfile`, and returns that translator; nothing, and an
/// empty rest, if there is none. Needs no memory, whatever the volfile contains.
[[nodiscard]] std::optional<ClientTranslator> next_client_translator(std::string_view& volfile);

/// A brick: the machine and the directory there.
struct Brick {
  Host host;
  std::string path;                         ///< foreign text, at most 4096 bytes
  std::optional<Port> port = std::nullopt;  ///< if it is not glusterd that assigns it
  friend bool operator==(const Brick&, const Brick&) = default;
};

/// "gl1:/srv/g0/brick"
[[nodiscard]] std::string to_string(const Brick& brick);

/// The first `max_count` bricks of a volfile, in its order, without duplicates. A translator whose
/// host can only be the client's own machine (the snapshot daemon) is not a brick.
[[nodiscard]] std::vector<Brick> volfile_bricks(std::string_view volfile, std::size_t max_count);

}  // namespace glusterconsul::gluster
