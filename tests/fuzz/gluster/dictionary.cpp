#include "gluster/dictionary.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "../check.hpp"
#include "util/text.hpp"

using namespace glusterconsul;
using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

namespace {

void check_what_was_sent(std::span<const std::byte> bytes) {
  const auto dictionary = Dictionary::decode(bytes);
  if (!dictionary) {
    require(dictionary.error().code == ErrorCode::kBadReply);
    require_sentence(dictionary.error());
    return;
  }
  // An entry has two lengths of four bytes, and at least the NUL of its key.
  require(dictionary->size() <= bytes.size() / 9);
  for (const std::string_view key : {"", "count", "volume0.name", "volume0.brick1"}) {
    const auto text = dictionary->text(key);
    require(!text || text->find('\0') == std::string_view::npos);
    require(!text || text->size() < bytes.size());
    require(!dictionary->number(key) || text);
  }
}

/// One entry per line.
void check_what_is_encoded(std::string_view lines) {
  std::vector<DictionaryEntry> entries;
  std::map<std::string_view, std::string_view> wanted;
  for (const auto line : split(lines, '\n')) {
    const auto equals = std::min(line.find('='), line.size());
    const auto value = line.substr(std::min(equals + 1, line.size()));
    if (value.find('\0') != std::string_view::npos) continue;
    entries.push_back({line.substr(0, equals), value});
    wanted[entries.back().key] = value;
  }
  if (entries.size() > kMaxDictionaryEntries) return;
  const auto dictionary = Dictionary::decode(encode_dictionary(entries));
  require(dictionary && dictionary->size() == wanted.size());
  for (const auto& [key, value] : wanted) require(dictionary->text(key) == value);
}

}  // namespace

/// Any input gives either a dictionary that is not larger than the input, or an error.
/// Encoding round-trips.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_what_was_sent(std::as_bytes(std::span(data, size)));
  check_what_is_encoded({reinterpret_cast<const char*>(data), size});
  return 0;
}
