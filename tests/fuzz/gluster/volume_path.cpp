#include "gluster/volume_path.hpp"

#include <cstddef>
#include <cstdint>

#include "../check.hpp"

using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

/// A valid path round-trips, and the volfile ID contains only slashes and the characters
/// allowed in names.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = parse_volume_path(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!path) {
    require_sentence(path.error());
    return 0;
  }
  const auto& directory = path->subdirectory;
  require(directory.empty() || (directory.front() == '/' && directory.back() != '/'));
  require((directory + '/').find("/../") == std::string::npos);
  require(!has_control_character(directory));
  const auto again = parse_volume_path(path->volfile_id() + directory);
  require(again && *again == *path);
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
  require(path->volfile_id().find_first_not_of(kAllowed) == std::string::npos);
  require(path->volume.text().front() != '-');
  return 0;
}
