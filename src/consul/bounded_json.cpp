#include "consul/bounded_json.hpp"

#include <algorithm>
#include <cstddef>

namespace glusterconsul::consul {
namespace {

constexpr std::size_t kMaxDepth = 64;
/// docs/facts.md, "Memory of a parsed reply"
constexpr std::size_t kMaxValues = 100'000;

/// The size of the value that a text would be parsed into.
struct Extent {
  std::size_t depth = 0;   ///< maximum nesting of brackets
  std::size_t values = 1;  ///< an upper bound
};

/// Scans the text outside of strings; unbalanced brackets are left to the parser. This is not a SAX
/// handler of the parser, which would parse each reply twice: docs/facts.md, "Memory of a parsed
/// reply".
Extent extent_of(std::string_view text) {
  Extent extent;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      extent.depth = std::max(extent.depth, ++depth);
      ++extent.values;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == ',') {
      ++extent.values;
    }
  }
  return extent;
}

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text) {
  if (text.size() > kMaxJsonSize) return fail(ErrorCode::kBadReply, "the reply is too large");
  const auto extent = extent_of(text);
  if (extent.depth > kMaxDepth) {
    return fail(ErrorCode::kBadReply, "the reply is nested too deeply");
  }
  if (extent.values > kMaxValues) {
    return fail(ErrorCode::kBadReply, "the reply has too many values");
  }
  auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return fail(ErrorCode::kBadReply, "the reply is not valid JSON, or is truncated");
  }
  return value;
}

bool is_too_large(std::string_view text) {
  if (text.size() > kMaxJsonSize) return true;
  const auto extent = extent_of(text);
  return extent.depth <= kMaxDepth && extent.values > kMaxValues;
}

const nlohmann::json& member(const nlohmann::json& value, const char* key) {
  static const nlohmann::json kNull;
  const auto found = value.find(key);  // end() if `value` is not an object
  return found == value.end() ? kNull : *found;
}

}  // namespace glusterconsul::consul
