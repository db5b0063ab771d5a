#include "admin/check_output.hpp"

#include <fmt/format.h>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kMaxName = 60;
constexpr std::size_t kMaxNote = 40;
constexpr std::string_view kCut = "...";

/// A character as printable() shows it, but in ASCII.
std::string plain(const char& c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 ? printable({&c, 1}) : fmt::format("\\x{:02x}", byte);
}

/// A text that would exceed `max_size` bytes is cut, not in an escape, and ends in "...".
std::string plain(std::string_view text, std::size_t max_size) {
  std::string shown;
  std::size_t fits = 0;  // how much of `shown` stays if it has to be cut
  for (const char& c : text) {
    shown += plain(c);
    if (shown.size() + kCut.size() <= max_size) fits = shown.size();
    if (shown.size() > max_size) return shown.substr(0, fits).append(kCut);
  }
  return shown;
}

std::string printed_item(const CheckItem& item) {
  const auto name = plain(item.name, kMaxName);
  return item.note.empty() ? name : fmt::format("{} ({})", name, plain(item.note, kMaxNote));
}

struct PrintedLine {
  std::string text;
  std::size_t items = 0;  ///< shown
};

PrintedLine print_line(const CheckLine& line) {
  PrintedLine printed{plain(line.text, kMaxCheckLine)};
  std::string text = printed.text;
  for (std::size_t i = 0; i < line.items.size(); ++i) {
    if (i > 0) text += ", ";
    if (i == 0 && !text.empty()) text += ": ";
    text += printed_item(line.items[i]);
    if (text.size() > kMaxCheckLine) break;
    const auto more = line.items.size() - i - 1;
    const auto shown = more == 0 ? text : fmt::format("{} and {} more", text, more);
    if (shown.size() <= kMaxCheckLine) printed = {shown, i + 1};
  }
  return printed;
}

}  // namespace

std::string short_name(std::string_view name) {
  return shortened(name, kMaxName);
}

std::string printed(const CheckLine& line) {
  return print_line(line).text;
}

bool shows_all_items(const CheckLine& line) {
  return print_line(line).items == line.items.size();
}

std::string check_output(const CheckLine& cause, const std::vector<CheckLine>& details) {
  std::string output = printed(cause);
  std::string fitting = output;
  for (std::size_t i = 0; i < details.size(); ++i) {
    output += '\n' + printed(details[i]);
    if (output.size() > kMaxCheckOutput) break;
    const auto more = details.size() - i - 1;
    const auto shown = more == 0 ? output : fmt::format("{}\nand {} more", output, more);
    if (shown.size() <= kMaxCheckOutput) fitting = shown;
  }
  return fitting;
}

}  // namespace glusterconsul::admin
