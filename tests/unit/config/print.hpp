#pragma once

#include <ostream>

#include "config/assignment.hpp"

namespace glusterconsul::config {

inline void PrintTo(const Assignment& assignment, std::ostream* out) {
  *out << assignment.origin << " " << assignment.name << " = '" << assignment.value << "'";
}

}  // namespace glusterconsul::config
