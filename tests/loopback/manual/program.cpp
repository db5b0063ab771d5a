#include "loopback/manual/program.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

#include "util/text.hpp"

namespace glusterconsul::manual {
namespace {

constexpr std::string_view kName = "mount.glusterconsul: ";
constexpr std::string_view kWarning = "warning: ";

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

void append(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

}  // namespace

std::vector<std::string> messages_in(std::string text, const Replacements& replacements) {
  std::vector<std::pair<std::string, std::string>> ordered(replacements.begin(),
                                                           replacements.end());
  std::sort(ordered.begin(), ordered.end(), [](const auto& one, const auto& other) {
    return one.first.size() > other.first.size();
  });
  for (const auto& [what, by] : ordered) replace_all(text, what, by);
  std::vector<std::string> messages;
  for (auto line : split(text, '\n')) {
    const bool has_name = line.starts_with(kName);
    if (has_name) line.remove_prefix(kName.size());
    const bool is_warning = line.starts_with(kWarning);
    if (is_warning) line.remove_prefix(kWarning.size());
    if (!has_name && !is_warning) continue;
    messages.emplace_back(line);
  }
  return messages;
}

std::vector<std::string> messages_of(const Run& run, const Replacements& replacements) {
  std::vector<std::string> words = run.prefix;
  append(words, {"timeout", "--kill-after=5", "60", "env", "-i"});
  append(words, run.environment);
  append(words, {run.program, run.source, run.target});
  append(words, run.flags);
  if (!run.options.empty()) append(words, {"-o", join(run.options, ",")});
  const auto command = shell_line(words) + " 2>&1 </dev/null";
  // NOLINTNEXTLINE(cert-env33-c): the words are quoted, and the shell redirects
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "re"), &::pclose);
  std::string text;
  std::array<char, 4096> buffer{};
  while (pipe != nullptr) {
    const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
    if (count == 0) break;
    text.append(buffer.data(), count);
  }
  return messages_in(std::move(text), replacements);
}

}  // namespace glusterconsul::manual
