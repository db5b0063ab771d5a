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

std::vector<std::string_view> components(std::string_view text) {
  auto parts = split(text, '/');
  std::erase(parts, std::string_view());
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
  const auto refused = [&](std::string_view why) {
    return fail(ErrorCode::kUsage,
                fmt::format("'{}' is not a volume name: {}", shortened(text, 100), why));
  };
  if (text.empty()) return refused("it is empty");
  if (text.size() > kMaxName) return refused("it is longer than 256 characters");
  if (text.front() == '-') return refused("it begins with '-'");
  if (!std::all_of(text.begin(), text.end(), is_name_character)) {
    return refused("only letters, digits, '-' and '_' are allowed");
  }
  return VolumeName(std::string(text));
}

std::string VolumePath::volfile_id() const {
  return snapshot.empty() ? volume.text() : fmt::format("/snaps/{}/{}", snapshot, volume.text());
}

Result<VolumePath> parse_volume_path(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return fail(ErrorCode::kUsage, fmt::format("'{}': {}", shortened(text, 200), why));
  };
  if (text.size() > kMaxPath) return refused("the path is longer than 4095 bytes");
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return refused("the path contains a control character");
  }
  const auto parts = components(text);
  if (parts.empty()) return refused("it names no volume");
  const bool walks = std::any_of(parts.begin(), parts.end(),
                                 [](std::string_view part) { return part == "." || part == ".."; });
  if (walks) return refused("'.' and '..' are not allowed in the path");

  // A volume may be called "snaps" too, as long as nothing follows it.
  const bool in_snapshot = parts.front() == "snaps" && parts.size() > 1;
  if (in_snapshot && (parts.size() < 3 || !is_snapshot_name(parts[1]))) {
    return refused("a snapshot is mounted as /snaps/SNAPSHOT/VOLUME");
  }
  const std::size_t at = in_snapshot ? 2 : 0;
  TRY_ASSIGN(auto volume, VolumeName::parse(parts[at]));
  return VolumePath{std::move(volume), in_snapshot ? std::string(parts[1]) : std::string(),
                    rest_as_path(parts, at + 1)};
}

}  // namespace glusterconsul::gluster
