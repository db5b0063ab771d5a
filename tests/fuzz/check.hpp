#pragma once

#include <cstdlib>
#include <string_view>

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

/// Contains nothing that controls a terminal or reorders text: no control character of
/// ASCII or U+0080 to U+009F, and no bidirectional override. Implemented independently of
/// printable(), which it tests.
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

/// What every error has: a sentence that can be printed unescaped.
inline void require_sentence(std::string_view message) {
  require(!message.empty());
  require(is_harmless(message));
}

}  // namespace glusterconsul::fuzz
