#pragma once

#include <cstdlib>
#include <string_view>

#include "util/error.hpp"
#include "util/report.hpp"
#include "util/text.hpp"
#include "util/warning.hpp"

namespace glusterconsul::fuzz {

/// Aborts if a claim about parsed text does not hold.
inline void require(bool holds) {
  if (!holds) std::abort();
}

inline bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

/// Whether the text contains nothing that controls a terminal or reorders text: no ASCII control
/// character, none of U+0080 to U+009F, no line or paragraph separator, and no bidirectional
/// control. Implemented independently of printable(), which it is used to test.
inline bool is_harmless(std::string_view text) {
  if (has_control_character(text)) return false;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto pair = text.substr(i, 2);
    if (pair[0] == '\xC2' && static_cast<unsigned char>(pair[1]) < 0xA0) return false;
    if (pair == "\u061C") return false;
    const auto triple = text.substr(i, 3);
    for (const std::string_view control :
         {"\u2028", "\u2029", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",
          "\u2068", "\u2069", "\u200E", "\u200F"}) {
      if (triple == control) return false;
    }
  }
  return true;
}

/// Requires exactly one line for the message of an error or warning, and one for its hint if it
/// has one; both must be harmless.
inline void require_printable(std::string_view lines, bool has_hint) {
  std::size_t count = 0;
  for (const auto line : split(lines, '\n')) {
    require(is_harmless(line));
    if (!line.empty()) ++count;
  }
  require(count == (has_hint ? 2U : 1U));
}
inline void require_sentence(const Error& error) {
  require(!error.message.empty());
  require_printable(lines_of("program", error), !error.hint.empty());
}
inline void require_sentence(const Warning& warning) {
  require(!warning.message.empty());
  require_printable(lines_of("program", warning), !warning.hint.empty());
}

}  // namespace glusterconsul::fuzz
