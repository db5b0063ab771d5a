#include "consul/conf_file.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"

using namespace glusterconsul::consul;

/// Conf files: what comes out names its line, has a name and holds no control
/// character but a tab.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_conf_file(text, "/etc/glusterconsul.conf");
  if (!file) {
    require(file.error().message.starts_with("/etc/glusterconsul.conf"));
    require(!has_control_character(file.error().message));
    return 0;
  }
  for (const auto& section : file->sections) {
    require(!section.service.empty());
    for (const auto& assignment : section_lines(*file, section.service)) {
      require(!assignment.name.empty());
      require(assignment.origin.starts_with("/etc/glusterconsul.conf:"));
      require(assignment.value.find_first_of("\r\n\x1b") == std::string::npos);
    }
  }
  return 0;
}
