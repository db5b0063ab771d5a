#pragma once

#include <ostream>

#include "consul/assignment.hpp"

namespace glusterconsul::consul {

inline void PrintTo(const Assignment& assignment, std::ostream* out) {
  *out << assignment.origin << " " << assignment.name << " = '" << assignment.value << "'";
}

}  // namespace glusterconsul::consul
