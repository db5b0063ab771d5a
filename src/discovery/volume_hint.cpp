#include "discovery/volume_hint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "util/text.hpp"

namespace glusterconsul::discovery {

std::string volume_hint(std::string_view wanted, const std::vector<std::string>& names,
                        std::string_view heading) {
  constexpr std::size_t kMaxNamed = 8;
  if (names.empty()) return "";
  if (const auto near = nearest(wanted, {names.begin(), names.end()})) {
    return fmt::format("did you mean '{}'?", *near);
  }
  const auto shown = std::min(names.size(), kMaxNamed);
  std::vector<std::string> list;
  for (std::size_t i = 0; i < shown; ++i) list.push_back(shortened(names[i], 64));
  if (shown < names.size()) list.push_back(fmt::format("and {} more", names.size() - shown));
  return fmt::format("{}: {}", heading, join(list, ", "));
}

}  // namespace glusterconsul::discovery
