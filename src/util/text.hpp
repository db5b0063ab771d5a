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

/// Lower-cases ASCII only, in every locale.
[[nodiscard]] std::string to_lower(std::string_view text);

/// Without the spaces, tabs, carriage returns and newlines at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The parts between separators; always at least one, empty parts included.
/// The views point into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// "1 instance", "2 instances".
[[nodiscard]] std::string count_of(std::size_t number, std::string_view noun);

/// Foreign text as it may be shown at a terminal or in a log: control characters and bytes that are
/// not valid UTF-8 become `\n`, `\t` or `\xNN`, and what is longer than `max_size` bytes is cut and
/// ends in "...". Valid printable UTF-8 stays as it is; the C1 control characters, the
/// bidirectional controls and the characters that show nothing (zero width, default ignorable in
/// Unicode) are escaped too, so that different names look different. For where text is printed, and
/// nowhere else: inside the program, foreign text stays as it came. Doing it twice changes nothing.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_size = 400);

/// Foreign text for a message, so that the message stays short: unchanged if printable() makes at
/// most `max_size` bytes of it, else as many whole characters as fit, and "...". Escapes nothing.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t max_size = 400);

/// A whole number in decimal digits only, from `min` to `max`; else nothing.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t min,
                                                        std::uint64_t max);

/// `500ms`, `30s`, `2m`, `1h`, `7d`; a bare number is seconds. A fraction
/// (`1.5s`) is taken to the millisecond. At most 10 years. kUsage names the text.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The shortest of parse_duration()'s forms for a whole value: "1.5s", "2m", "300ms".
[[nodiscard]] std::string to_string(std::chrono::milliseconds span);

/// The known name nearest to `word` by edit distance (Levenshtein, 1966), if
/// one is near enough that a typing error explains it (at most a third of the
/// longer one's length); the first of equals.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      const std::vector<std::string_view>& known);

/// The word as a POSIX shell reads it back: as it is if it has only safe
/// characters, else in single quotes. Control characters come out raw, for printable().
[[nodiscard]] std::string shell_quote(std::string_view word);

/// A whole command as one line that a shell reads back to the same words.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& words);

}  // namespace glusterconsul
