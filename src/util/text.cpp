#include "util/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

#include "util/utf8.hpp"

namespace glusterconsul {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

struct CodePoints {
  std::uint32_t first;
  std::uint32_t last;
};

/// Characters that control a terminal, or that are invisible and could make two different names
/// look the same: control characters, line and paragraph separators, the bidirectional controls,
/// the interlinear annotations, and every Default_Ignorable_Code_Point of Unicode 15.
constexpr std::array kEscaped = {
    CodePoints{0x00, 0x1F},      CodePoints{0x7F, 0x9F},       CodePoints{0xAD, 0xAD},
    CodePoints{0x34F, 0x34F},    CodePoints{0x61C, 0x61C},     CodePoints{0x115F, 0x1160},
    CodePoints{0x17B4, 0x17B5},  CodePoints{0x180B, 0x180F},   CodePoints{0x200B, 0x200F},
    CodePoints{0x2028, 0x202E},  CodePoints{0x2060, 0x206F},   CodePoints{0x3164, 0x3164},
    CodePoints{0xFE00, 0xFE0F},  CodePoints{0xFEFF, 0xFEFF},   CodePoints{0xFFA0, 0xFFA0},
    CodePoints{0xFFF0, 0xFFFB},  CodePoints{0x1BCA0, 0x1BCA3}, CodePoints{0x1D173, 0x1D17A},
    CodePoints{0xE0000, 0xE0FFF}};

bool is_harmless(std::uint32_t code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return true;
  return std::none_of(kEscaped.begin(), kEscaped.end(), [&](const CodePoints& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

std::string escaped(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

/// The first character of a text: its length in bytes, and its printable form.
struct ShownCharacter {
  std::size_t size;
  std::string piece;
};

ShownCharacter first_character(std::string_view text) {
  std::uint32_t code_point = 0;
  const std::size_t length = utf8_length(text, code_point);
  if (length > 0 && is_harmless(code_point)) return {length, std::string(text.substr(0, length))};
  const std::size_t size = std::max<std::size_t>(length, 1);
  std::string piece;
  for (const char c : text.substr(0, size)) piece += escaped(c);
  return {size, std::move(piece)};
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, replaced});
      diagonal = above;
    }
  }
  return row[to.size()];
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view line) {
  auto words = split(line, ' ');
  std::erase_if(words, [](const auto& word) { return word.empty(); });
  return words;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string replace_each(std::string_view text, std::string_view word,
                         std::string_view replacement) {
  std::string replaced;
  std::size_t from = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, from)) {
    replaced.append(text.substr(from, at - from)).append(replacement);
    from = at + word.size();
  }
  return replaced.append(text.substr(from));
}

std::string count_of(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string printable(std::string_view text, std::size_t max_size) {
  std::string shown;
  while (!text.empty()) {
    const auto [size, piece] = first_character(text);
    if (shown.size() + piece.size() > max_size) return shown + "...";
    shown += piece;
    text.remove_prefix(size);
  }
  return shown;
}

std::string shortened(std::string_view text, std::size_t max_size) {
  std::size_t kept = 0;
  std::size_t shown_size = 0;
  while (kept < text.size()) {
    const auto [size, piece] = first_character(text.substr(kept));
    shown_size += piece.size();
    if (shown_size > max_size) return std::string(text.substr(0, kept)) + "...";
    kept += size;
  }
  return std::string(text);
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t min,
                                          std::uint64_t max) {
  std::uint64_t value = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < min || value > max) return std::nullopt;
  return value;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view suffix;
    std::uint64_t milliseconds;
  };
  // "ms" must come before "s", because it ends with "s".
  static constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  constexpr std::uint64_t kMax = std::uint64_t{3650} * 86'400'000;
  const auto refused = [&] {
    return fail(ErrorCode::kUsage, fmt::format("'{}' is not a duration", shortened(text)),
                "use 500ms, 30s, 2m, 1h or 7d; a bare number is seconds");
  };
  std::uint64_t unit = 1000;
  std::string_view number = text;
  const auto* named = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const Unit& u) { return text.ends_with(u.suffix); });
  if (named != kUnits.end()) {
    unit = named->milliseconds;
    number.remove_suffix(named->suffix.size());
  }
  const auto point = number.find('.');
  const auto whole = parse_number(number.substr(0, point), 0, kMax);
  if (!whole) return refused();
  std::uint64_t total = *whole * unit;
  if (*whole != 0 && total / *whole != unit) return refused();
  if (point != std::string_view::npos) {
    const auto digits = number.substr(point + 1);
    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
    const auto fraction = digits.size() <= 6 ? parse_number(digits, 0, 999'999) : std::nullopt;
    if (!fraction) return refused();
    total += *fraction * unit / scale;
  }
  if (total > kMax) return refused();
  return std::chrono::milliseconds(total);
}

std::string to_string(std::chrono::milliseconds span) {
  const auto count = span.count();
  if (count < 1000) return fmt::format("{}ms", count);
  if (count % 86'400'000 == 0) return fmt::format("{}d", count / 86'400'000);
  if (count % 3'600'000 == 0) return fmt::format("{}h", count / 3'600'000);
  if (count % 60'000 == 0) return fmt::format("{}m", count / 60'000);
  if (count % 1000 == 0) return fmt::format("{}s", count / 1000);
  const auto fraction = fmt::format("{:03}", count % 1000);
  return fmt::format("{}.{}s", count / 1000,
                     fraction.substr(0, fraction.find_last_not_of('0') + 1));
}

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& known) {
  std::optional<std::string_view> best;
  std::size_t least = 0;
  for (const auto name : known) {
    const std::size_t distance = edit_distance(word, name);
    if (distance * 3 > std::max(word.size(), name.size())) continue;
    if (!best || distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

std::string shell_quote(std::string_view word) {
  const bool safe = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return is_ascii_alnum(c) || std::string_view("%+,-./:=@_").find(c) != std::string_view::npos;
  });
  if (safe) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const auto& word : words) quoted.push_back(shell_quote(word));
  return join(quoted, " ");
}

}  // namespace glusterconsul
