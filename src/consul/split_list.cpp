#include "consul/split_list.hpp"

#include <algorithm>

#include "consul/bounded_json.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

/// More than parse_json() accepts, so that it rejects a truncated rest. Copying all of a large
/// reply would double its memory.
constexpr std::size_t kMaxRest = kMaxJsonSize + 1;

/// The position after the string that begins with a quotation mark at `at`.
std::size_t after_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return at + 1;
  }
  return text.size();
}

/// The position of the list's opening bracket; npos if there is no such list.
std::size_t find_list(std::string_view text, std::string_view key) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto is_list = [&](std::size_t at) { return at < text.size() && text[at] == '['; };
  if (key.empty()) {
    const auto first = text.find_first_not_of(kBlank);
    return is_list(first) ? first : std::string_view::npos;
  }
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      const auto end = after_string(text, at);
      const auto colon = text.find_first_not_of(kBlank, end);
      const bool is_key = depth == 1 && colon < text.size() && text[colon] == ':' &&
                          text.substr(at + 1, end - at - 2) == key;
      const auto value = is_key ? text.find_first_not_of(kBlank, colon + 1) : text.size();
      if (is_list(value)) return value;
      at = end;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    ++at;
  }
  return std::string_view::npos;
}

}  // namespace

SplitList split_list(std::string_view text, std::string_view key, std::size_t max_elements) {
  SplitList split;
  const auto list = find_list(text, key);
  split.is_found = list != std::string_view::npos;
  if (!split.is_found) {
    split.rest = text.substr(0, kMaxRest);
    return split;
  }
  std::size_t depth = 0;
  std::size_t begin = list + 1;
  std::size_t at = begin;
  const auto take_element = [&] {
    if (split.count++ < max_elements) split.elements.push_back(text.substr(begin, at - begin));
  };
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = after_string(text, at);
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') {
      if (depth == 0) break;
      --depth;
    }
    if (c == ',' && depth == 0) {
      take_element();
      begin = at + 1;
    }
    ++at;
  }
  if (split.count > 0 || !trim(text.substr(begin, at - begin)).empty()) take_element();
  split.rest = std::string(text.substr(0, std::min(list + 1, kMaxRest)));
  split.rest.append(text.substr(at, kMaxRest));
  return split;
}

}  // namespace glusterconsul::consul
