#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "literals.hpp"
#include "util/text.hpp"

namespace glusterconsul::manual {

/// The working copy and the build directory, which has what is generated; set by CMake.
inline constexpr const char* kProject = GLUSTERCONSUL_PROJECT;
inline constexpr const char* kBuild = GLUSTERCONSUL_BUILD;

/// Empty where the file cannot be read: every test here asks for more than that.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A manual page, the example conf file or the completion, as it is installed.
inline std::string read_page(std::string_view name) {
  return read_file(std::filesystem::path(kBuild) / name);
}

/// The `It` lines of a section, as plain words.
inline std::vector<std::string> headings_of(std::string_view page, std::string_view section) {
  std::vector<std::string> headings;
  bool inside = false;
  for (const auto line : split(page, '\n')) {
    if (line.starts_with(".Sh ")) inside = line == ".Sh " + std::string(section);
    if (!inside || !line.starts_with(".It ")) continue;
    headings.push_back(section_text(".Sh X\n" + std::string(line), "X"));
  }
  return headings;
}

}  // namespace glusterconsul::manual
