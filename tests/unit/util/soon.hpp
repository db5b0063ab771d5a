#pragma once

#include "util/deadline.hpp"

namespace glusterconsul {

/// For what happens immediately, even on a busy machine.
inline Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

}  // namespace glusterconsul
