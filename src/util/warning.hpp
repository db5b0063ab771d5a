#pragma once

#include <string>

namespace glusterconsul {

/// Something that does not fail the mount, for the administrator: as in Error, what happened to
/// what, and in the hint what can be done about it.
struct Warning {
  std::string message;
  std::string hint = {};
  friend bool operator==(const Warning&, const Warning&) = default;
};

}  // namespace glusterconsul
