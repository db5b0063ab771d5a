#include "config/documentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "config/option_table.hpp"
#include "util/text.hpp"

namespace glusterconsul::config {
namespace {

bool is_placeholder(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_path(std::string_view word) {
  return word == "FILE" || word == "DIRECTORY";
}

/// "DURATION|off" as "Ar duration | Cm off". A macro stays in effect after a bar.
std::string mdoc_syntax(const OptionRow& row) {
  std::string text;
  std::string_view previous;
  for (const auto word : split(row.syntax, '|')) {
    const std::string_view macro = is_placeholder(word) ? "Ar" : "Cm";
    if (!text.empty()) text += " | ";
    if (macro != previous) text += fmt::format("{} ", macro);
    text += is_placeholder(word) ? to_lower(word) : std::string(word);
    previous = macro;
  }
  return text;
}

std::string mdoc_entry(const OptionRow& row) {
  const auto fallback =
      row.fallback.empty() ? std::string() : fmt::format(" Pq default : Cm {}", row.fallback);
  return fmt::format(".It Cm {} Ns = Ns {}{}\n{}\n", row.name, mdoc_syntax(row), fallback,
                     row.manual);
}

/// The literal words of the syntax: " (auto, http or dns)", or ", or off" if it also has a
/// placeholder.
std::string choices(const OptionRow& row) {
  std::vector<std::string> words;
  bool is_closed = true;
  for (const auto word : split(row.syntax, '|')) {
    if (is_placeholder(word)) {
      is_closed = false;
    } else {
      words.emplace_back(word);
    }
  }
  if (words.empty()) return "";
  const auto last = words.back();
  words.pop_back();
  const auto others = join(words, ", ");
  return is_closed ? fmt::format(" ({} or {})", others, last) : fmt::format(", or {}", last);
}

std::string completion_words(const OptionRow& row) {
  std::vector<std::string> words;
  const auto add = [&](std::string_view word) {
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
      words.emplace_back(word);
    }
  };
  add(row.fallback);
  for (const auto word : split(row.examples, ',')) add(word);
  for (const auto word : split(row.syntax, '|')) {
    if (!is_placeholder(word) || is_path(word)) add(word);
  }
  return join(words, ",");
}

struct Part {
  std::string_view name;
  std::string (*text)();
};

constexpr std::array<Part, 5> kParts = {{{"options", manual_options},
                                         {"defaults", manual_defaults},
                                         {"variables", manual_variables},
                                         {"example", example_options},
                                         {"completion", completion_options}}};

}  // namespace

std::string manual_options() {
  std::string text;
  const OptionSection* section = nullptr;
  for (const auto& row : option_table()) {
    if (row.section != section) {
      if (section != nullptr) text += ".El\n";
      section = row.section;
      text += fmt::format(".Ss {}\n", section->title);
      if (!section->manual.empty()) text += fmt::format("{}\n", section->manual);
      text += ".Bl -tag -width Ds\n";
    }
    text += mdoc_entry(row);
  }
  return text + ".El\n";
}

std::string manual_defaults() {
  std::string text;
  for (const auto& row : option_table()) {
    text +=
        fmt::format(".It Cm {} Ta {}\n", row.name, row.fallback.empty() ? "none" : row.fallback);
  }
  return text;
}

std::string manual_variables() {
  std::string text;
  for (const auto& row : option_table()) {
    if (!row.variable.empty()) text += fmt::format(".It Ev {} Ta Cm {}\n", row.variable, row.name);
  }
  return text;
}

std::string example_options() {
  std::string text;
  const OptionSection* section = nullptr;
  for (const auto& row : option_table()) {
    if (row.section != section) {
      text += fmt::format("{}## {}\n\n", section == nullptr ? "" : "\n", row.section->title);
    }
    section = row.section;
    text += fmt::format("# {}{}\n#{} ={}{}\n", row.help, choices(row), row.name,
                        row.fallback.empty() ? "" : " ", row.fallback);
  }
  return text;
}

std::string completion_options() {
  std::string text;
  for (const auto& row : option_table()) {
    text += fmt::format("  {}={}\n", row.name, completion_words(row));
  }
  return text;
}

std::string option_help() {
  std::string text;
  for (const auto& row : option_table()) {
    const auto fallback =
        row.fallback.empty() ? std::string() : fmt::format(" (default: {})", row.fallback);
    text += fmt::format("  {}={}\n      {}{}\n", row.name, row.syntax, row.help, fallback);
  }
  return text;
}

Result<std::string> fill_template(std::string_view text) {
  std::string filled;
  for (const auto line : split(text, '\n')) {
    if (line.size() < 3 || !line.starts_with('@') || !line.ends_with('@')) {
      filled += fmt::format("{}\n", line);
      continue;
    }
    const auto name = line.substr(1, line.size() - 2);
    const auto* part = std::find_if(kParts.begin(), kParts.end(),
                                    [&](const Part& known) { return known.name == name; });
    if (part == kParts.end()) {
      return fail(ErrorCode::kUsage, fmt::format("no text is generated for {}", line));
    }
    filled += part->text();
  }
  if (text.ends_with('\n')) filled.pop_back();
  return filled;
}

}  // namespace glusterconsul::config
