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

/// Lower-cases ASCII only; the locale has no say.
[[nodiscard]] std::string to_lower(std::string_view text);

/// Without the spaces, tabs, carriage returns and newlines at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The parts between separators; always at least one, empty parts included.
/// The views point into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// "1 instance", "2 instances".
[[nodiscard]] std::string count_of(std::size_t number, std::string_view noun);

/// Text from outside as it may be shown at a terminal or in a log: control
/// characters and bytes that are no valid UTF-8 become `\n`, `\t` or `\xNN`, and
/// what is longer than `most` bytes is cut and ends in "...". Valid printable
/// UTF-8 stays as it is; the C1 control characters, the bidirectional controls and
/// the characters that show nothing (zero width, default ignorable in Unicode) are
/// escaped too, so that different names look different. Doing it twice changes nothing.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most = 400);

/// A whole number in decimal digits only, from `least` to `most`; else nothing.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                                        std::uint64_t most);

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

/// The word as a POSIX shell reads it back: as it is where it has only safe
/// characters, else in single quotes. Control characters come out raw: what is
/// shown to a person goes through printable() too.
[[nodiscard]] std::string shell_quote(std::string_view word);

/// A whole command as one line that a shell reads back to the same words.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& words);

}  // namespace glusterconsul
