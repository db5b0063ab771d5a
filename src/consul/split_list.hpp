#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// A JSON text, split at one list so that its elements can be parsed one at a time: a parsed value
/// takes up to eighty times the memory of its text.
struct SplitList {
  std::vector<std::string_view> elements;  ///< the texts of the first `max_elements`, in order
  std::size_t count = 0;                   ///< of all elements, even if not in `elements`
  bool is_found = false;                   ///< whether there is such a list
  /// The text with the list replaced by an empty one. Truncated if it is larger than parse_json()
  /// accepts.
  std::string rest;
};

/// Splits the text itself if `key` is empty, otherwise the list that is the value of `key` in the
/// text's top-level object. Interprets only brackets, strings and commas: the caller's parser
/// checks the elements and the rest. If the list is not closed, the rest is not valid JSON.
[[nodiscard]] SplitList split_list(std::string_view text, std::string_view key,
                                   std::size_t max_elements);

}  // namespace glusterconsul::consul
