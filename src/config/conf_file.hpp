#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/assignment.hpp"
#include "util/error.hpp"

namespace glusterconsul::config {

/// The text of one conf file: `name = value` a line, `#` comments on lines of
/// their own, `[SERVICE]` sections. `general` is before the first section. A
/// value may hold `=` and `#`; blanks around it, and then one pair of double
/// quotes around it, are not part of it.
struct ConfFile {
  struct Section {
    std::string service;
    std::vector<Assignment> assignments;
  };
  std::vector<Assignment> general;
  std::vector<Section> sections;
};

/// `path` is for the origins and messages only. Any line that is neither blank,
/// comment, section nor assignment, or holds a control character, is kUsage with
/// "path:line". Names are not judged here (whoever applies them knows which there
/// are). At most 1 MiB and 10,000 lines.
[[nodiscard]] Result<ConfFile> parse_conf_file(std::string_view text, std::string_view path);

/// Appends what a later file sets to what the earlier ones set: general lines to general lines,
/// sections to sections. So a section wins over general lines, whichever file they are in.
void append(ConfFile& whole, ConfFile later);

/// What its sections set for one service, in order, so that a later assignment
/// wins. The name is compared as it is written.
[[nodiscard]] std::vector<Assignment> section_lines(const ConfFile& file, std::string_view service);

}  // namespace glusterconsul::config
