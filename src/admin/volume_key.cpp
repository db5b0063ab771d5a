#include "admin/volume_key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"

namespace glusterconsul::admin {

Result<VolumeKeys> VolumeKeys::parse(std::string_view prefix) {
  constexpr std::size_t kMaxPrefix = 512;
  auto rest = prefix;
  while (rest.starts_with('/')) rest.remove_prefix(1);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const bool has_control = std::any_of(rest.begin(), rest.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  const auto names = split(rest, '/');
  const bool is_odd = std::any_of(names.begin(), names.end(), [](std::string_view name) {
    return name.empty() || name == "." || name == "..";
  });
  if (has_control || is_odd || rest.size() > kMaxPrefix) {
    return fail(ErrorCode::kUsage,
                fmt::format("--prefix '{}' is not a valid key prefix", shortened(prefix)),
                fmt::format("the default is {}", kDefault));
  }
  return VolumeKeys(std::string(rest) + "/");
}

}  // namespace glusterconsul::admin
