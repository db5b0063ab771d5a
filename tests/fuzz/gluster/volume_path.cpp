#include "gluster/volume_path.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace glusterconsul::gluster;

/// A path that parses is the same when written out and parsed again, and what
/// glusterd is asked for holds nothing but a name or two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = parse_volume_path(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!path) return path.error().message.empty() ? (std::abort(), 0) : 0;
  const auto& directory = path->subdirectory;
  if (!directory.empty() && (directory.front() != '/' || directory.back() == '/')) std::abort();
  const auto again = parse_volume_path(path->volfile_id() + directory);
  if (!again || *again != *path) std::abort();
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
  if (path->volfile_id().find_first_not_of(kAllowed) != std::string::npos) std::abort();
  if (path->volume.text().front() == '-') std::abort();
  return 0;
}
