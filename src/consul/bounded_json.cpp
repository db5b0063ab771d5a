#include "consul/bounded_json.hpp"

#include <algorithm>
#include <cstddef>

namespace glusterconsul::consul {
namespace {

constexpr std::size_t kMostDepth = 64;

/// How deep brackets outside of strings go. Brackets that do not match are the
/// parser's matter.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t most = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      most = std::max(most, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return most;
}

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text) {
  if (depth_of(text) > kMostDepth) {
    return fail(ErrorCode::kBadReply, "the reply is nested too deep to be Consul's");
  }
  auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return fail(ErrorCode::kBadReply, "the reply is no JSON, or not all of it");
  }
  return value;
}

const nlohmann::json& member(const nlohmann::json& value, const char* key) {
  static const nlohmann::json kNull;
  const auto found = value.find(key);  // end() where `value` is no object
  return found == value.end() ? kNull : *found;
}

}  // namespace glusterconsul::consul
