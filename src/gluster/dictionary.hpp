#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::gluster {

struct DictionaryEntry {
  std::string_view key;
  std::string_view value;
};

/// Gluster's own serialisation of a dictionary (dict_serialize() in libglusterfs, the same from 3.x
/// to 11): the number of entries as a big-endian 32-bit word, then for each entry the lengths of
/// the key and of the value as such words, the key, a NUL that is not included in its length, and
/// the value. The values here are text and end with a NUL that is included in their length.
[[nodiscard]] std::vector<std::byte> encode_dictionary(std::span<const DictionaryEntry> entries);

/// More entries than a volume of a thousand bricks with all its options has.
inline constexpr std::size_t kMaxDictionaryEntries = 65536;

/// A dictionary that glusterd sent. A default-constructed one is empty.
class Dictionary {
 public:
  /// No bytes at all is an empty dictionary. kBadReply if a length extends beyond the end, a key
  /// has no NUL, bytes are left over, or there are more than kMaxDictionaryEntries entries. For a
  /// duplicate key, the last value counts.
  [[nodiscard]] static Result<Dictionary> decode(std::span<const std::byte> bytes);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool has(std::string_view key) const { return entries_.contains(key); }
  /// The value without its NUL, as foreign text. Nothing if there is no such key, or if the value
  /// is not text: it has no NUL at the end, or another one. Points into the dictionary.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const;
  /// The value as a number, which gluster sends as decimal text. Nothing if it is not one or is
  /// negative.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const;
  /// The texts of all keys that begin with `prefix`, by the rest of their key. Values that are not
  /// text are skipped.
  [[nodiscard]] std::map<std::string, std::string, std::less<>> texts_below(
      std::string_view prefix) const;

 private:
  std::map<std::string, std::string, std::less<>> entries_;
};

}  // namespace glusterconsul::gluster
