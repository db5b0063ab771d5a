#include "gluster/volume_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::size_t kMaxPath = 4095;
constexpr std::size_t kMaxName = 256;

bool is_name_character(char c) {
  return is_ascii_alnum(c) || c == '-' || c == '_';
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool is_snapshot_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxName || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_name_character(c) || c == '.'; });
}

tl::unexpected<Error> refused(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kUsage, fmt::format("'{}': {}", shortened(text, 200), why));
}

/// The components between the slashes; they point into `text`.
Result<std::vector<std::string_view>> parse_components(std::string_view text) {
  if (text.size() > kMaxPath) return refused(text, "the path is longer than 4095 bytes");
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return refused(text, "the path contains a control character");
  }
  auto parts = split(text, '/');
  std::erase(parts, std::string_view());
  const bool walks = std::any_of(parts.begin(), parts.end(),
                                 [](std::string_view part) { return part == "." || part == ".."; });
  if (walks) return refused(text, "'.' and '..' are not allowed in the path");
  return parts;
}

std::string rest_as_path(const std::vector<std::string_view>& parts, std::size_t first) {
  std::string path;
  for (std::size_t i = first; i < parts.size(); ++i) {
    path += '/';
    path += parts[i];
  }
  return path;
}

}  // namespace

Result<VolumeName> VolumeName::parse(std::string_view text) {
  const auto no_name = [&](std::string_view why) {
    return fail(ErrorCode::kUsage,
                fmt::format("'{}' is not a volume name: {}", shortened(text, 100), why));
  };
  if (text.empty()) return no_name("it is empty");
  if (text.size() > kMaxName) return no_name("it is longer than 256 characters");
  if (text.front() == '-') return no_name("it begins with '-'");
  if (!std::all_of(text.begin(), text.end(), is_name_character)) {
    return no_name("only letters, digits, '-' and '_' are allowed");
  }
  return VolumeName(std::string(text));
}

std::string VolumePath::volfile_id() const {
  return snapshot.empty() ? volume.text() : fmt::format("/snaps/{}/{}", snapshot, volume.text());
}

Result<std::string> parse_subdirectory(std::string_view text) {
  TRY_ASSIGN(const auto parts, parse_components(text));
  return rest_as_path(parts, 0);
}

Result<VolumePath> parse_volume_path(std::string_view text) {
  TRY_ASSIGN(const auto parts, parse_components(text));
  if (parts.empty()) return refused(text, "it names no volume");
  // A volume may be called "snaps" too, as long as nothing follows it.
  const bool in_snapshot = parts.front() == "snaps" && parts.size() > 1;
  if (in_snapshot && (parts.size() < 3 || !is_snapshot_name(parts[1]))) {
    return refused(text, "a snapshot is mounted as /snaps/SNAPSHOT/VOLUME");
  }
  const std::size_t at = in_snapshot ? 2 : 0;
  TRY_ASSIGN(auto volume, VolumeName::parse(parts[at]));
  return VolumePath{std::move(volume), in_snapshot ? std::string(parts[1]) : std::string(),
                    rest_as_path(parts, at + 1)};
}

}  // namespace glusterconsul::gluster
