#pragma once

#include <libmount.h>

#include <memory>
#include <string>

#include "util/free_with.hpp"

// What the readers of libmount's tables have in common.

namespace glusterconsul::mount {

using Table = std::unique_ptr<libmnt_table, FreeWith<mnt_unref_table>>;
using Iterator = std::unique_ptr<libmnt_iter, FreeWith<mnt_free_iter>>;

/// For mnt_table_set_parser_errcb(): a line that cannot be parsed is skipped.
inline int skip_bad_line(libmnt_table* /*table*/, const char* /*file*/, int /*line*/) {
  return 1;  // "recoverable"
}

[[nodiscard]] inline std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

}  // namespace glusterconsul::mount
