#include "literals.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "util/text.hpp"

namespace glusterconsul::manual {
namespace {

bool is_word_character(char c) {
  return is_ascii_alnum(c) || c == '_';
}

/// One pass over a source.
class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  std::vector<Literal> run() {
    while (at_ < source_.size()) step();
    return std::move(found_);
  }

 private:
  void step() {
    if (starts("//") || starts("#include")) return skip_past("\n");
    if (starts("/*")) return skip_past("*/");
    if (starts("R\"") && !follows_word()) return raw_string();
    const char c = source_[at_];
    if (c == '"') return string();
    if (c == '\'' && !follows_word()) return character();  // else it parts the digits of a number
    if (std::isspace(static_cast<unsigned char>(c)) == 0) joins_ = false;
    if (c == '=') assigned_ = word_;
    if (c == ';') assigned_.clear();
    if (c == '(' || c == '{') open();
    if ((c == ')' || c == '}') && !names_.empty()) names_.pop_back();
    if (is_word_character(c)) {
      if (!follows_word()) word_.clear();
      word_ += c;
    } else if (c != '(' && c != '{' && std::isspace(static_cast<unsigned char>(c)) == 0) {
      word_.clear();
    }
    advance(1);
  }

  [[nodiscard]] bool starts(std::string_view text) const {
    return source_.substr(at_).starts_with(text);
  }
  [[nodiscard]] bool follows_word() const { return at_ > 0 && is_word_character(source_[at_ - 1]); }

  void advance(std::size_t count) {
    for (; count > 0 && at_ < source_.size(); --count) line_ += source_[at_++] == '\n' ? 1 : 0;
  }
  void skip_past(std::string_view end) {
    const auto found = source_.find(end, at_);
    advance(found == std::string_view::npos ? source_.size() : found + end.size() - at_);
  }

  void open() {
    names_.push_back(word_.empty() ? assigned_ : word_);
    assigned_.clear();
  }

  void character() {
    advance(1);
    while (at_ < source_.size() && source_[at_] != '\'') advance(source_[at_] == '\\' ? 2 : 1);
    advance(1);
    joins_ = false;
  }

  void raw_string() {
    const auto open = source_.find('(', at_);
    const std::string end = ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
    const int line = line_;
    const auto close = source_.find(end, open);
    add(std::string(source_.substr(open + 1, close - open - 1)), line);
    skip_past(end);
  }

  void string() {
    const int line = line_;
    std::string text;
    advance(1);
    while (at_ < source_.size() && source_[at_] != '"') {
      if (source_[at_] == '\\') {
        advance(1);
        text += source_[at_] == 'n' ? '\n' : source_[at_];
      } else {
        text += source_[at_];
      }
      advance(1);
    }
    advance(1);
    add(std::move(text), line);
  }

  void add(std::string text, int line) {
    if (joins_) {
      found_.back().text += text;
    } else {
      auto inside = names_;
      if (!assigned_.empty()) inside.push_back(assigned_);
      found_.push_back({std::move(text), line, std::move(inside)});
    }
    joins_ = true;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::string word_;                ///< the last name seen
  std::string assigned_;            ///< what stands in front of the last "="
  std::vector<std::string> names_;  ///< those in front of what is open
  bool joins_ = false;              ///< nothing stood between here and the last literal
  std::vector<Literal> found_;
};

bool is_part_of_a_word(char c) {
  return is_ascii_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::string one_blank(std::string_view text) {
  std::string joined;
  for (const char c : text) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && (joined.empty() || joined.back() == ' ')) continue;
    joined += blank ? ' ' : c;
  }
  while (joined.ends_with(' ')) joined.pop_back();
  return joined;
}

/// What `{...}`, `%s` and the end of a line cut apart.
std::vector<std::string> parts(std::string_view message) {
  std::vector<std::string> all(1);
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto rest = message.substr(i);
    const auto close = rest.find('}');
    if (rest.starts_with('{') && close != std::string_view::npos) {
      all.emplace_back();
      i += close;
    } else if (rest.starts_with("...")) {
      all.emplace_back();
      i += 2;
    } else if (rest.starts_with("%s")) {
      all.emplace_back();
      ++i;
    } else if (rest.front() == '\n') {
      all.emplace_back();
    } else {
      all.back() += rest.front();
    }
  }
  return all;
}

/// The text of one line of mdoc.
std::string line_text(std::string_view line) {
  static const std::set<std::string_view> kMacros = {
      "It", "Cm", "Ar", "Ns", "Ql", "Pa", "Fl", "Xr", "Ev", "Nm", "Dl", "Pq", "Sx",  "No",
      "Dq", "Sq", "Li", "Em", "Ic", "Op", "Ss", "Pp", "Bl", "El", "Bd", "Ed", "\\&."};
  std::string text;
  bool is_macro_line = line.starts_with('.');
  if (line.starts_with(".Bl") || line.starts_with(".Bd") || line.starts_with(".\\\"")) return "";
  if (is_macro_line) line.remove_prefix(1);
  for (const auto word : split(line, ' ')) {
    if (is_macro_line && kMacros.contains(word)) continue;
    text += std::string(word) + " ";
  }
  return text;
}

std::string without_escapes(std::string text) {
  const std::vector<std::pair<std::string, std::string>> escapes = {
      {"\\(aq", "'"}, {"\\(dq", "\""}, {"\\&", ""}, {"\\-", "-"}, {"\\e", "\\"}};
  for (const auto& [escape, plain] : escapes) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at)) {
      text.replace(at, escape.size(), plain);
    }
  }
  return text;
}

}  // namespace

std::vector<Literal> literals(std::string_view source) {
  return Scanner(source).run();
}

std::vector<std::string> fixed_words(std::string_view message) {
  std::vector<std::string> fixed;
  for (const auto& part : parts(message)) {
    const auto first = std::find_if(part.begin(), part.end(), is_part_of_a_word);
    const auto last = std::find_if(part.rbegin(), part.rend(), is_part_of_a_word).base();
    if (first >= last) continue;
    auto words = one_blank(std::string(first, last));
    if (words.find(' ') != std::string::npos) fixed.push_back(std::move(words));
  }
  return fixed;
}

std::string section_text(std::string_view page, std::string_view section) {
  const std::string heading = ".Sh " + std::string(section);
  std::string text;
  bool inside = false;
  for (const auto line : split(page, '\n')) {
    if (line.starts_with(".Sh ")) {
      inside = line == heading;
    } else if (inside) {
      text += line_text(line) + " ";
    }
  }
  return one_blank(without_escapes(std::move(text)));
}

}  // namespace glusterconsul::manual
