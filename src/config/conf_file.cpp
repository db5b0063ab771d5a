#include "config/conf_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "util/option.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

constexpr std::size_t kMaxText = 1024UL * 1024;
constexpr std::size_t kMaxLines = 10'000;

tl::unexpected<Error> refused(std::string_view origin, std::string_view why) {
  return fail(ErrorCode::kUsage, fmt::format("{}: {}", origin, why));
}

bool is_control_character(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

Result<ConfFile::Section> parse_section(std::string_view line, std::string_view origin) {
  if (!line.ends_with(']')) return refused(origin, "missing ']' after the section name");
  const auto service = trim(line.substr(1, line.size() - 2));
  if (service.empty()) return refused(origin, "the section name is empty");
  return ConfFile::Section{std::string(service), {}, std::string(origin)};
}

/// A line that cannot be parsed, in a form that is safe to show: the file may contain secrets.
std::string shown(std::string_view line) {
  const auto word = line.substr(0, line.find_first_of(" \t:"));
  if (!word.starts_with("consul-")) return "the line";
  return fmt::format("'{}{}'", shortened(word, 80), word.size() < line.size() ? " ..." : "");
}

Result<Assignment> parse_assignment(std::string_view line, std::string_view origin) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) {
    return refused(
        origin,
        fmt::format("{} is not a setting (name = value), a section ([SERVICE]) or a comment (#)",
                    shown(line)));
  }
  const auto name = trim(line.substr(0, equals));
  if (name.empty()) return refused(origin, "missing option name before '='");
  const auto value = without_quotes(trim(line.substr(equals + 1)));
  return Assignment{std::string(name), std::string(value), std::string(origin)};
}

Result<void> parse_line(ConfFile& file, std::string_view line, std::string_view origin) {
  if (std::any_of(line.begin(), line.end(), is_control_character)) {
    return refused(origin, "the line contains a control character");
  }
  if (line.starts_with('[')) {
    TRY_ASSIGN(auto section, parse_section(line, origin));
    file.sections.push_back(std::move(section));
    return {};
  }
  TRY_ASSIGN(auto assignment, parse_assignment(line, origin));
  auto& target = file.sections.empty() ? file.general : file.sections.back().assignments;
  target.push_back(std::move(assignment));
  return {};
}

}  // namespace

ParsedConfFile parse_conf_lines(std::string_view text, std::string_view path) {
  const auto unread = [&](std::string_view why) {
    return ParsedConfFile{{}, {Error{ErrorCode::kUsage, fmt::format("{}: {}", path, why)}}};
  };
  if (text.size() > kMaxText) return unread("larger than 1 MiB");
  const auto lines = split(text, '\n');
  if (lines.size() > kMaxLines) return unread("more than 10000 lines");

  ParsedConfFile parsed;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = trim(lines[i]);
    if (line.empty() || line.starts_with('#')) continue;
    auto done = parse_line(parsed.file, line, fmt::format("{}:{}", path, i + 1));
    if (!done) parsed.problems.push_back(std::move(done).error());
  }
  return parsed;
}

Result<ConfFile> parse_conf_file(std::string_view text, std::string_view path) {
  auto parsed = parse_conf_lines(text, path);
  if (!parsed.problems.empty()) return fail(std::move(parsed.problems.front()));
  return std::move(parsed.file);
}

void append(ConfFile& whole, ConfFile later) {
  std::move(later.general.begin(), later.general.end(), std::back_inserter(whole.general));
  std::move(later.sections.begin(), later.sections.end(), std::back_inserter(whole.sections));
}

std::vector<Assignment> section_lines(const ConfFile& file, std::string_view service) {
  std::vector<Assignment> assignments;
  for (const auto& section : file.sections) {
    if (to_lower(section.service) != to_lower(service)) continue;
    assignments.insert(assignments.end(), section.assignments.begin(), section.assignments.end());
  }
  return assignments;
}

}  // namespace glusterconsul::config
