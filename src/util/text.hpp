#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul {

[[nodiscard]] constexpr bool is_ascii_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Converts only ASCII letters to lower case, in every locale.
[[nodiscard]] std::string to_lower(std::string_view text);

/// The text without the spaces, tabs, carriage returns and newlines at either end.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The parts between separators; always at least one, empty parts included.
/// The views point into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The words of a line, separated by one or more spaces.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// The text with each `word`, which is not empty, replaced. Takes time in proportion to its size.
[[nodiscard]] std::string replace_each(std::string_view text, std::string_view word,
                                       std::string_view replacement);

/// "1 instance", "2 instances".
[[nodiscard]] std::string count_of(std::size_t number, std::string_view noun);

/// Foreign text in a form that is safe on a terminal and in a log: control characters and bytes
/// that are not valid UTF-8 become `\n`, `\t`, `\r` or `\xNN`, and text longer than `max_size`
/// bytes is truncated and ends in "...". Valid printable UTF-8 is left unchanged; the C1 control
/// characters, the bidirectional controls and invisible characters (zero width, default ignorable
/// in Unicode) are escaped too, so that different names look different. To be used only where text
/// is printed: inside the program, foreign text stays raw. A second call does not escape anything
/// again.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_size = 400);

/// Foreign text shortened for a message: unchanged if its printable() form has at most `max_size`
/// bytes, otherwise as many whole characters as fit, followed by "...". Escapes nothing.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t max_size = 400);

/// Parses a whole number of decimal digits only, from `min` to `max`; nothing if the text is not
/// one.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t min,
                                                        std::uint64_t max);

/// Parses `500ms`, `30s`, `2m`, `1h` or `7d`; a bare number is in seconds. A fraction (`1.5s`) is
/// truncated to whole milliseconds. The maximum is 10 years. kUsage contains the text.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// In a form that parse_duration() accepts: in the largest unit that gives a whole number, or as a
/// fraction of seconds: "2m", "300ms", "1.5s".
[[nodiscard]] std::string to_string(std::chrono::milliseconds span);

/// The known name closest to `word` by edit distance (Levenshtein, 1966), if it is close enough to
/// suggest a typing error (a distance of at most a third of the longer one's length). If several
/// are equally close, the first of them.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      const std::vector<std::string_view>& known);

/// The word quoted for a POSIX shell: unchanged if it has only safe characters, otherwise in single
/// quotes. Control characters stay raw, for printable() to escape.
[[nodiscard]] std::string shell_quote(std::string_view word);

/// A whole command as one line that a shell parses into the same words.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& words);

}  // namespace glusterconsul
