#include "mount/arguments.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

constexpr std::size_t kMaxPath = 4096;
constexpr std::size_t kMaxOptionText = std::size_t{64} * 1024;
constexpr std::size_t kMaxOptions = 1000;
constexpr std::string_view kType = "glusterconsul";

tl::unexpected<Error> refused(const std::string& what) {
  return fail(ErrorCode::kUsage, what, fmt::format("usage: {}", usage_line()));
}

/// Iterates over the words of the command line.
class Words {
 public:
  explicit Words(std::span<const char* const> words) : rest_(words) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const std::string_view word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }

 private:
  std::span<const char* const> rest_;
};

struct Parsed {
  MountRequest request;
  std::vector<std::string_view> operands;
};

Result<void> add_options(MountRequest& request, std::string_view text) {
  TRY_ASSIGN(auto options, split_options(text));
  if (request.options.size() + options.size() > kMaxOptions) {
    return refused(fmt::format("more than {} mount options", kMaxOptions));
  }
  request.options.insert(request.options.end(), std::move_iterator(options.begin()),
                         std::move_iterator(options.end()));
  return {};
}

Result<void> set_type(MountRequest& request, std::string_view type) {
  const bool known =
      type == kType || (type.starts_with(kType) && type.substr(kType.size()).starts_with('.'));
  if (!known) {
    return refused(
        fmt::format("-t {}: this helper mounts only the type {}", shortened(type), kType));
  }
  request.type = type;
  return {};
}

Result<void> take_value(MountRequest& request, char flag, std::string_view value) {
  if (flag == 'o') return add_options(request, value);
  if (flag == 't') return set_type(request, value);
  if (value.empty() || value.size() > kMaxPath) {
    return refused("-N needs the path or process id of a mount namespace");
  }
  request.mount_namespace = value;
  return {};
}

bool set_flag(MountRequest& request, char flag) {
  switch (flag) {
    case 'f':
      return request.fake = true;
    case 'n':
      return request.no_mtab = true;
    case 's':
      return request.sloppy = true;
    case 'v':
      return request.verbose = true;
    default:
      return false;
  }
}

/// What to show instead of mounting, if a flag asks for it.
using Shown = std::optional<Invocation>;

/// Parses one cluster of short flags, without its dash: "fnsv", "no" followed by a value, "oro".
Result<Shown> take_cluster(MountRequest& request, std::string_view cluster, Words& words) {
  for (; !cluster.empty(); cluster.remove_prefix(1)) {
    const char flag = cluster.front();
    if (flag == 'h') return Shown(ShowHelp{});
    if (flag == 'V') return Shown(ShowVersion{});
    if (std::string_view("oNt").find(flag) != std::string_view::npos) {
      const auto value = cluster.size() > 1 ? cluster.substr(1) : words.next();
      if (!value) return refused(fmt::format("-{} needs a value", flag));
      return take_value(request, flag, *value).map([] { return Shown(); });
    }
    if (!set_flag(request, flag)) {
      return refused(fmt::format("unknown option -{}", shortened(cluster.substr(0, 1))));
    }
  }
  return Shown();
}

Result<Shown> take_word(Parsed& parsed, std::string_view word, Words& words) {
  if (word == "--help") return Shown(ShowHelp{});
  if (word == "--version") return Shown(ShowVersion{});
  if (word == "--") {
    while (const auto operand = words.next()) parsed.operands.push_back(*operand);
    return Shown();
  }
  if (word.starts_with("--")) return refused(fmt::format("unknown option {}", shortened(word)));
  if (word.size() > 1 && word.front() == '-') {
    return take_cluster(parsed.request, word.substr(1), words);
  }
  parsed.operands.push_back(word);
  return Shown();
}

Result<Invocation> finished(Parsed parsed) {
  const auto& operands = parsed.operands;
  if (operands.empty()) return refused("no source and no target given");
  if (operands.size() == 1) {
    return refused(fmt::format("no target given for '{}'", shortened(operands[0])));
  }
  if (operands.size() > 2) {
    return refused(fmt::format("unexpected argument '{}'", shortened(operands[2])));
  }
  if (operands[0].empty()) return refused("the source is empty");
  if (operands[1].empty()) return refused("the target is empty");
  if (operands[0].size() > kMaxPath) return refused("the source is too long");
  if (operands[1].size() > kMaxPath) return refused("the target is too long");
  parsed.request.source = operands[0];
  parsed.request.target = operands[1];
  return Invocation(std::move(parsed.request));
}

/// The parts between the separating commas: raw, with their quotes, but with escaped commas already
/// unescaped.
Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '\\' && text.substr(i + 1).starts_with(',')) {
      words.back() += text[++i];
    } else if (!quoted && c == ',') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (!quoted) return words;
  return fail(ErrorCode::kUsage,
              fmt::format("-o: unterminated quote in '{}'", shortened(words.back())),
              "in a shell, put the option in single quotes: 'context=\"...\"'");
}

Result<Option> parse_option(const std::string& word) {
  const auto equals = word.find('=');
  Option option{word.substr(0, equals), std::nullopt};
  std::string_view value;
  if (equals != std::string::npos) {
    value = without_quotes(std::string_view(word).substr(equals + 1));
    option.value = value;
  }
  if (option.name.empty()) {
    return fail(ErrorCode::kUsage, fmt::format("-o: '{}' has no name", shortened(word)));
  }
  if (option.name.find('"') != std::string::npos || value.find('"') != std::string_view::npos) {
    return fail(
        ErrorCode::kUsage,
        fmt::format("-o: in '{}' a double quote is not around the whole value", shortened(word)));
  }
  return option;
}

}  // namespace

std::string_view usage_line() {
  return "mount.glusterconsul NAME:/VOLUME[/SUBDIR] DIRECTORY [-fnsvhV] [-N NAMESPACE] "
         "[-o OPTIONS]";
}

Result<Invocation> parse_arguments(std::span<const char* const> arguments) {
  Words words(arguments);
  Parsed parsed;
  while (const auto word = words.next()) {
    TRY_ASSIGN(auto shown, take_word(parsed, *word, words));
    if (shown) return *std::move(shown);
  }
  return finished(std::move(parsed));
}

Result<std::vector<Option>> split_options(std::string_view text) {
  if (text.size() > kMaxOptionText) {
    return fail(ErrorCode::kUsage,
                fmt::format("-o: more than {} bytes of options", kMaxOptionText));
  }
  TRY_ASSIGN(const auto words, split_words(text));
  std::vector<Option> options;
  for (const auto& word : words) {
    if (word.empty()) continue;
    TRY_ASSIGN(auto option, parse_option(word));
    if (options.size() == kMaxOptions) {
      return fail(ErrorCode::kUsage, fmt::format("-o: more than {} options", kMaxOptions));
    }
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace glusterconsul::mount
