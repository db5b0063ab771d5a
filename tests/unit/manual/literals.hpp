#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::manual {

/// A string literal of a C++ source, with those beside it that the compiler joins to it.
struct Literal {
  std::string text;  ///< escapes undone
  int line = 0;
  /// The names in front of the parentheses, braces and "=" that it stands in or behind,
  /// the outermost first: "fail", "format"; "kHelp".
  std::vector<std::string> inside;
};

/// All string literals of a source, less those of its include lines and comments.
/// Enough of C++ for our own sources: no trigraphs, no macros that hide quotes.
[[nodiscard]] std::vector<Literal> literals(std::string_view source);

/// The parts of a message that are the same whenever it is said, as far as they are
/// more than one word: what stands between `{}`, `%s`, line ends and "...", without
/// the punctuation at its ends.
[[nodiscard]] std::vector<std::string> fixed_words(std::string_view message);

/// A section of a page in mdoc(7) as plain words with one blank between them: macro
/// names are left out, and so are escapes; `Ss` and `It` lines included. Empty where there is no
/// such section.
[[nodiscard]] std::string section_text(std::string_view page, std::string_view section);

}  // namespace glusterconsul::manual
