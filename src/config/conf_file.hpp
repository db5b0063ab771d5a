#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/assignment.hpp"
#include "util/error.hpp"

namespace glusterconsul::config {

/// The contents of one conf file: `name = value` lines, `#` comments on separate lines, and
/// `[SERVICE]` sections. `general` contains the lines before the first section. A value may contain
/// `=` and `#`; surrounding blanks, and then one pair of enclosing double quotes, are not part of
/// it.
struct ConfFile {
  struct Section {
    std::string service;  ///< as written in the brackets
    std::vector<Assignment> assignments;
    std::string origin = {};  ///< "path:line"
  };
  std::vector<Assignment> general;
  std::vector<Section> sections;
};

/// A file as far as it could be parsed, and an error for each line that could not.
struct ParsedConfFile {
  ConfFile file;
  std::vector<Error> problems;
};

/// Like parse_conf_file(), but continues after an invalid line.
[[nodiscard]] ParsedConfFile parse_conf_lines(std::string_view text, std::string_view path);

/// `path` is used only in origins and messages. A line that is not blank, a comment, a section or
/// an assignment, or that contains a control character, is kUsage with "path:line". Names are not
/// checked here, but when the settings are applied. At most 1 MiB and 10,000 lines.
[[nodiscard]] Result<ConfFile> parse_conf_file(std::string_view text, std::string_view path);

/// Appends the contents of a later file to those of the earlier ones: general lines to general
/// lines, sections to sections. A section therefore overrides general lines, whichever file they
/// are in.
void append(ConfFile& whole, ConfFile later);

/// What the file's sections set for one service, in order, so that a later assignment overrides an
/// earlier one. Case does not matter, as for Consul.
[[nodiscard]] std::vector<Assignment> section_lines(const ConfFile& file, std::string_view service);

}  // namespace glusterconsul::config
