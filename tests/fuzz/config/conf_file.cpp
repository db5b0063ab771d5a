#include "config/conf_file.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

#include "../check.hpp"

using namespace glusterconsul::config;
using namespace glusterconsul::fuzz;

namespace {

constexpr std::string_view kPath = "/etc/glusterconsul.conf";

bool is_same(const std::vector<Assignment>& one, const std::vector<Assignment>& other) {
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i].name != other[i].name || one[i].value != other[i].value) return false;
  }
  return true;
}

void require_sound(const std::vector<Assignment>& assignments) {
  for (const auto& assignment : assignments) {
    require(!assignment.name.empty());
    require(assignment.origin.starts_with(fmt::format("{}:", kPath)));
    for (const char c : assignment.name + assignment.value) {
      require(c == '\t' || !has_control_character({&c, 1}));
    }
  }
}

std::string written(const std::vector<Assignment>& assignments) {
  std::string text;
  for (const auto& [name, value, origin] : assignments) {
    text += fmt::format("{} = \"{}\"\n", name, value);
  }
  return text;
}

std::string written(const ConfFile& file) {
  std::string text = written(file.general);
  for (const auto& section : file.sections) {
    text += fmt::format("[{}]\n{}", section.service, written(section.assignments));
  }
  return text;
}

}  // namespace

/// Conf files: each setting has a name and a line number, contains no control character
/// except tab, and round-trips.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_conf_file(text, kPath);
  if (!file) {
    require(file.error().message.starts_with(kPath));
    require_sentence(file.error());
    return 0;
  }
  require_sound(file->general);
  const auto again = parse_conf_file(written(*file), kPath);
  require(again && is_same(again->general, file->general));
  require(again->sections.size() == file->sections.size());
  for (std::size_t i = 0; i < file->sections.size(); ++i) {
    const auto& section = file->sections[i];
    require(!section.service.empty() && again->sections[i].service == section.service);
    require(is_same(again->sections[i].assignments, section.assignments));
    require_sound(section_lines(*file, section.service));
  }
  return 0;
}
