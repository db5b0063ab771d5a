#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::admin {

/// The limits of CheckResult::output. Consul keeps the last 4096 bytes of a check's output
/// (docs/facts.md, "Output of a check").
inline constexpr std::size_t kMaxCheckLine = 160;
inline constexpr std::size_t kMaxCheckOutput = 2048;

/// Something that a check found: "gl3:/srv/g0 (refused)".
struct CheckItem {
  std::string name;  ///< foreign text, of any size
  std::string note;  ///< what is wrong with it; empty: nothing
};

/// One line of a check's output: "1 of 3 bricks does not answer: gl3:/srv/g0 (refused)".
struct CheckLine {
  std::string text;
  std::vector<CheckItem> items = {};
};

/// A long name in a line, shortened so that the rest of the line still fits.
[[nodiscard]] std::string short_name(std::string_view name);

/// The line as it is printed: printable ASCII, everything else escaped, at most kMaxCheckLine
/// bytes. Items that do not fit become "and N more"; the same line gives the same bytes.
[[nodiscard]] std::string printed(const CheckLine& line);

/// Whether printed() shows every item.
[[nodiscard]] bool shows_all_items(const CheckLine& line);

/// The whole output: the cause, and below it the details, at most kMaxCheckOutput bytes. Details
/// that do not fit become "and N more".
[[nodiscard]] std::string check_output(const CheckLine& cause,
                                       const std::vector<CheckLine>& details = {});

}  // namespace glusterconsul::admin
