#include "util/error.hpp"

#include <cstring>

namespace glusterconsul {

void add_hint(Error& error, std::string_view hint) {
  if (error.hint.find(hint) != std::string::npos) return;
  if (hint.find(error.hint) != std::string_view::npos) {
    error.hint = hint;
  } else {
    error.hint += "; ";
    error.hint += hint;
  }
}

std::string errno_text(int error_number) {
  // From a constant table, so it needs no locale, lock or descriptor.
  const char* description = ::strerrordesc_np(error_number);
  return description != nullptr ? description : "Unknown error " + std::to_string(error_number);
}

}  // namespace glusterconsul
