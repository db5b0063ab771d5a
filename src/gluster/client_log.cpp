#include "gluster/client_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "util/read_file.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::size_t kMaxMessage = 300;
/// More distinct messages than anybody reads. Bounds the search for duplicates.
constexpr std::size_t kMaxMessages = 100;
constexpr std::uint64_t kMaxBrickNumber = 1'000'000;

struct LogLine {
  char level;
  std::string_view message;
};

/// Removes "[…] " from the front; false if there is none.
bool skip_brackets(std::string_view& text) {
  if (!text.starts_with('[')) return false;
  const auto end = text.find("] ");
  if (end == std::string_view::npos) return false;
  text.remove_prefix(end + 2);
  return true;
}

/// The size of the domain at the front, the translator that logged the rest ("0-g0-client-0: "); 0:
/// none.
std::size_t domain_size(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto colon = text.find(": ");
  if (digits == 0 || colon == std::string_view::npos) return 0;
  const bool is_domain =
      text[digits] == '-' && text.substr(0, colon).find(' ') == std::string_view::npos;
  return is_domain ? colon + 2 : 0;
}

/// Removes a one-line backtrace from the front: "(-->… ) " up to the domain.
void skip_backtrace(std::string_view& text) {
  if (!text.starts_with("(-->")) return;
  for (auto end = text.find(") "); end != std::string_view::npos; end = text.find(") ", end + 1)) {
    if (domain_size(text.substr(end + 2)) == 0) continue;
    text.remove_prefix(end + 2);
    return;
  }
}

/// Nothing if the line has no log header: a line of the volfile that the client prints, or the rest
/// of a message that contains a newline.
std::optional<LogLine> parse_line(std::string_view line) {
  if (!skip_brackets(line) || line.size() < 3 || line[1] != ' ') return std::nullopt;
  const char level = line.front();
  line.remove_prefix(2);
  const bool has_id = line.starts_with("[MSGID: ");
  if (has_id) skip_brackets(line);
  if (!skip_brackets(line)) return std::nullopt;
  skip_backtrace(line);
  std::string_view message = trim(line.substr(domain_size(line)));
  // The time of a lost call would make each repetition of a failure look different.
  if (message.starts_with("forced unwinding"))
    message = message.substr(0, message.find(" called at "));
  // The end of a structured message without fields.
  if (message.ends_with(" []")) message.remove_suffix(3);
  return LogLine{level, trim(message)};
}

enum class Weight { kCause, kConsequence, kWarning, kNothing };

Weight weight_of(const LogLine& line) {
  // The last two come from a client that is already ending.
  static constexpr std::array<std::string_view, 5> kSaysNothing = {
      "received signum", "ret = ", "Could not set thread name", "Error adding to timer event queue",
      "Either ctx is NULL or ctx cleanup started"};
  static constexpr std::array<std::string_view, 7> kConsequences = {
      "failed to get the 'volume file'", "Server authentication failed",
      "Initialization of volume",        "initializing translator failed",
      "graph activation failed",         "first lookup on root failed",
      "All subvolumes are down"};
  const auto begins = [&](std::string_view beginning) {
    return line.message.starts_with(beginning);
  };
  if (line.message.empty()) return Weight::kNothing;
  if (std::any_of(kSaysNothing.begin(), kSaysNothing.end(), begins)) return Weight::kNothing;
  switch (line.level) {
    case 'E':
    case 'C':
    case 'A':
    case 'M':
      return std::any_of(kConsequences.begin(), kConsequences.end(), begins) ? Weight::kConsequence
                                                                             : Weight::kCause;
    case 'W':
      return Weight::kWarning;
    case 'I':
      return begins("Exhausted all volfile servers") ? Weight::kWarning : Weight::kNothing;
    default:
      return Weight::kNothing;
  }
}

using Messages = std::vector<std::string>;

void add_once(Messages& messages, std::string_view message) {
  if (messages.size() >= kMaxMessages) return;
  std::string shown = shortened(message, kMaxMessage);
  if (std::find(messages.begin(), messages.end(), shown) == messages.end()) {
    messages.push_back(std::move(shown));
  }
}

}  // namespace

LogPosition log_position(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size)};
}

std::string log_since(const std::string& path, const LogPosition& from, std::size_t max_size) {
  // A log file that is a pipe must not block us.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat found{};
  if (!file || ::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  const auto size = static_cast<std::uint64_t>(found.st_size);
  const bool is_same = found.st_dev == from.device && found.st_ino == from.inode;
  const std::uint64_t start = is_same && from.size <= size ? from.size : 0;
  const std::uint64_t begin = size - start > max_size ? size - max_size : start;
  return read_file(file.get(), static_cast<std::size_t>(size - begin), begin)
      .value_or(std::string());
}

std::vector<std::string> log_errors(std::string_view text, std::size_t max_count) {
  Messages causes;
  Messages consequences;
  Messages warnings;
  for (const auto line_text : split(text, '\n')) {
    const auto line = parse_line(line_text);
    if (!line) continue;
    switch (weight_of(*line)) {
      case Weight::kCause:
        add_once(causes, line->message);
        break;
      case Weight::kConsequence:
        add_once(consequences, line->message);
        break;
      case Weight::kWarning:
        add_once(warnings, line->message);
        break;
      case Weight::kNothing:
        break;
    }
  }
  causes.insert(causes.end(), consequences.begin(), consequences.end());
  Messages& chosen = causes.empty() ? warnings : causes;
  if (chosen.size() > max_count) chosen.resize(max_count);
  return std::move(chosen);
}

bool shows_refusal(std::string_view text) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view text_line) {
    const auto line = parse_line(text_line);
    return line && (line->message.starts_with("SETVOLUME on remote-host failed") ||
                    line->message.starts_with("Server authentication failed"));
  });
}

std::size_t attached_bricks(std::string_view text) {
  std::set<std::string_view> translators;
  for (const auto line : split(text, '\n')) {
    const auto attached = line.find("attached to remote volume");
    if (attached == std::string_view::npos) continue;
    // "0-g0-client-2: Connected, attached to remote volume …"
    const auto end = line.substr(0, attached).rfind(": Connected");
    if (end == std::string_view::npos) continue;
    const auto start = line.substr(0, end).rfind(' ') + 1;
    const auto translator = line.substr(start, end - start);
    // The snapshot daemon's translator has no number.
    const auto number = translator.substr(translator.rfind('-') + 1);
    if (parse_number(number, 0, kMaxBrickNumber)) translators.insert(translator);
  }
  return translators.size();
}

}  // namespace glusterconsul::gluster
