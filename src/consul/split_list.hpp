#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// A JSON text taken apart at one list, so that only one element at a time has to be parsed: a
/// parsed value takes up to eighty times the memory of its text.
struct SplitList {
  std::vector<std::string_view> elements;  ///< the texts of the first ones, in order
  std::size_t count = 0;                   ///< of all elements
  bool is_found = false;                   ///< whether there is such a list
  /// The text with an empty list in its place. Truncated if it is larger than parse_json() accepts.
  std::string rest;
};

/// Splits the list that is the whole text if `key` is empty, or that is the value of this key of
/// the object that is the whole text. Only looks at brackets, strings and commas: whether the
/// elements and the rest are valid is left to who parses them, and a list that does not end leaves
/// an invalid rest.
[[nodiscard]] SplitList split_list(std::string_view text, std::string_view key,
                                   std::size_t max_elements);

}  // namespace glusterconsul::consul
