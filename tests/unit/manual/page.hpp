#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/text.hpp"

namespace glusterconsul::manual {

/// The working copy, and the build directory with the generated files. CMake defines both.
inline constexpr const char* kProject = GLUSTERCONSUL_PROJECT;
inline constexpr const char* kBuild = GLUSTERCONSUL_BUILD;

/// Empty if the file cannot be read, which makes every test that uses it fail.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A manual page, the example conf file or the completion, as it is installed.
inline std::string read_page(std::string_view name) {
  return read_file(std::filesystem::path(kBuild) / name);
}

/// The text of one line of mdoc(7), without macro names and escapes.
inline std::string plain_text(std::string_view line) {
  static const std::set<std::string_view> kMacros = {"It", "Cm", "Ar", "Ns", "Ql", "Pa",
                                                     "Fl", "Xr", "Ev", "Nm", "Pq", "Sx",
                                                     "Dq", "Sq", "Li", "Op", "Pp", "Sy"};
  static const std::vector<std::pair<std::string_view, std::string_view>> kEscapes = {
      {"\\(aq", "'"}, {"\\(dq", "\""}, {"\\&", ""}, {"\\-", "-"}, {"\\e", "\\"}};
  const bool has_macros = line.starts_with('.');
  if (has_macros) line.remove_prefix(1);
  std::vector<std::string> words;
  for (const auto word : split(line, ' ')) {
    if (!has_macros || !kMacros.contains(word)) words.emplace_back(word);
  }
  auto text = join(words, " ");
  for (const auto& [escape, plain] : kEscapes) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at)) {
      text.replace(at, escape.size(), plain);
    }
  }
  return text;
}

/// The messages listed in DIAGNOSTICS of mount.glusterconsul(8), as `.It Sy "MESSAGE"`.
inline std::vector<std::string> listed_messages() {
  constexpr std::string_view kEntry = ".It Sy \"";
  std::vector<std::string> messages;
  const auto page = read_page("man/mount.glusterconsul.8");
  for (const auto line : split(page, '\n')) {
    if (!line.starts_with(kEntry) || !line.ends_with('"')) continue;
    messages.push_back(plain_text(line.substr(kEntry.size(), line.size() - kEntry.size() - 1)));
  }
  return messages;
}

}  // namespace glusterconsul::manual
