#include "gluster/local_bricks.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <filesystem>
#include <vector>

#include "util/read_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

namespace fs = std::filesystem;

/// glusterd's file about a brick has a few hundred bytes.
constexpr std::size_t kMaxBrickFile = std::size_t{64} * 1024;

bool is_brick(const std::string& path) {
  return ::getxattr(path.c_str(), "trusted.gfid", nullptr, 0) > 0;
}

bool is_same_directory(const struct stat& one, const std::string& other) {
  struct stat found{};
  return ::stat(other.c_str(), &found) == 0 && found.st_dev == one.st_dev &&
         found.st_ino == one.st_ino;
}

/// The entries of a directory; none if it cannot be read.
std::vector<fs::path> entries(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code problem;
  for (auto entry = fs::directory_iterator(directory, problem);
       !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
    found.push_back(entry->path());
  }
  return found;
}

std::vector<std::string> brick_paths(const std::string& glusterd_directory) {
  std::vector<std::string> paths;
  for (const auto& volume : entries(fs::path(glusterd_directory) / "vols")) {
    for (const auto& brick : entries(volume / "bricks")) {
      if (auto path = brick_path(read_regular_file(brick, kMaxBrickFile)))
        paths.push_back(*std::move(path));
    }
  }
  return paths;
}

}  // namespace

Result<void> check_target_is_not_a_brick(const std::string& target,
                                         const std::string& glusterd_directory) {
  if (target == "/" || target == "/tmp") {
    return fail(ErrorCode::kUsage, fmt::format("cannot mount a volume over {}", target));
  }
  if (is_brick(target)) {
    return fail(ErrorCode::kUsage, fmt::format("cannot mount over {}: it is a brick of a gluster "
                                               "volume",
                                               target));
  }
  for (const auto& brick : brick_paths(glusterd_directory)) {
    if (!is_parent_of(target, brick) || !is_brick(brick)) continue;
    return fail(ErrorCode::kUsage,
                fmt::format("cannot mount over {}: it contains the brick {} of this machine",
                            target, brick));
  }
  return {};
}

std::optional<std::string> brick_path(std::string_view brick_file) {
  constexpr std::string_view kKey = "path=";
  for (const auto line : split(brick_file, '\n')) {
    const auto value = line.starts_with(kKey) ? line.substr(kKey.size()) : std::string_view();
    if (value.starts_with('/') && value.find('\0') == std::string_view::npos) {
      return std::string(value);
    }
  }
  return std::nullopt;
}

bool is_parent_of(const std::string& directory, const std::string& path) {
  struct stat wanted{};
  std::error_code problem;
  if (::stat(directory.c_str(), &wanted) != 0) return false;
  fs::path at = fs::canonical(path, problem);
  if (problem) return false;
  while (at.has_relative_path()) {
    at = at.parent_path();
    if (is_same_directory(wanted, at)) return true;
  }
  return false;
}

}  // namespace glusterconsul::gluster
