#include "mount/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

tl::unexpected<Error> refused(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kUsage, fmt::format("source '{}': {}", shortened(text), why),
              "use NAME:/VOLUME or NAME:/VOLUME/SUBDIR, such as gluster.service.consul:/g0");
}

/// The length of the first `count` components of `path`, including the slashes before each.
std::size_t length_of_components(std::string_view path, int count) {
  std::size_t end = 0;
  while (count-- > 0) {
    end = path.find_first_not_of('/', end);
    if (end == std::string_view::npos) return path.size();
    end = std::min(path.find('/', end), path.size());
  }
  return end;
}

/// The canonical form of a source, which can be written in many ways.
std::string canonical_source(std::string_view source) {
  const auto colon = source.find(':');
  if (colon == std::string_view::npos) return std::string(source);
  std::string_view name = source.substr(0, colon);
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string text = to_lower(name) + ":";
  for (const auto part : split(source.substr(colon + 1), '/')) {
    if (!part.empty()) text += fmt::format("/{}", part);
  }
  return text;
}

}  // namespace

std::string Source::mounted_as() const {
  return display_name + path.subdirectory;
}

Result<Source> parse_source(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return refused(text, "no volume specified");
  const std::string_view name = text.substr(0, colon);
  const std::string_view written = text.substr(colon + 1);
  // With dots, it is the name of a service, and the second slash means nothing.
  if (written.starts_with("//") && name.find('.') == std::string_view::npos) {
    return refused(text, "a source is not a URL");
  }
  if (name.empty()) return refused(text, "no service specified");
  auto path = gluster::parse_volume_path(written);
  if (!path) return refused(text, path.error().message);

  const int volume_components = path->snapshot.empty() ? 1 : 3;
  const auto volume = written.substr(0, length_of_components(written, volume_components));
  return Source{std::string(name), *std::move(path), fmt::format("{}:{}", name, volume)};
}

bool same_source(std::string_view one, std::string_view other) {
  return canonical_source(one) == canonical_source(other);
}

}  // namespace glusterconsul::mount
