#include "gluster/dictionary.hpp"

#include "gluster/xdr.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::string_view kNul("\0", 1);

std::string_view characters(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

tl::unexpected<Error> malformed() {
  return fail(ErrorCode::kBadReply, "a dictionary in the answer is malformed");
}

}  // namespace

std::vector<std::byte> encode_dictionary(std::span<const DictionaryEntry> entries) {
  XdrWriter out;
  out.word(static_cast<std::uint32_t>(entries.size()));
  for (const auto& [key, value] : entries) {
    out.word(static_cast<std::uint32_t>(key.size()));
    out.word(static_cast<std::uint32_t>(value.size() + 1));
    for (const auto text : {key, kNul, value, kNul}) out.raw(text);
  }
  return std::move(out).take();
}

Result<Dictionary> Dictionary::decode(std::span<const std::byte> bytes) {
  Dictionary dictionary;
  if (bytes.empty()) return dictionary;
  XdrReader reader(bytes);
  const auto count = reader.word();
  if (!count || *count > kMaxDictionaryEntries) return malformed();
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto key_size = reader.word();
    const auto value_size = reader.word();
    if (!key_size || !value_size) return malformed();
    const auto key = reader.raw(*key_size);
    const auto nul = reader.raw(1);
    const auto value = reader.raw(*value_size);
    if (!key || !nul || characters(*nul) != kNul || !value) return malformed();
    dictionary.entries_.insert_or_assign(std::string(characters(*key)),
                                         std::string(characters(*value)));
  }
  if (!reader.empty()) return malformed();
  return dictionary;
}

std::optional<std::string_view> Dictionary::text(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  const std::string_view value = found->second;
  if (value.empty() || value.find('\0') != value.size() - 1) return std::nullopt;
  return value.substr(0, value.size() - 1);
}

std::map<std::string, std::string, std::less<>> Dictionary::texts_below(
    std::string_view prefix) const {
  std::map<std::string, std::string, std::less<>> found;
  for (auto each = entries_.lower_bound(prefix); each != entries_.end(); ++each) {
    const std::string_view key = each->first;
    if (!key.starts_with(prefix)) break;
    if (const auto value = text(key)) found.emplace(key.substr(prefix.size()), *value);
  }
  return found;
}

std::optional<std::uint64_t> Dictionary::number(std::string_view key) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  return parse_number(*value, 0, UINT64_MAX);
}

}  // namespace glusterconsul::gluster
