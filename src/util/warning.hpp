#pragma once

#include <string>

namespace glusterconsul {

/// A problem that does not fail the mount, for the administrator. As in Error, the message states
/// what happened and to what, and the hint what can be done about it.
struct Warning {
  std::string message;
  std::string hint = {};
  friend bool operator==(const Warning&, const Warning&) = default;
};

}  // namespace glusterconsul
