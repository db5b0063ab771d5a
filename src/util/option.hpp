#pragma once

#include <optional>
#include <string>

namespace glusterconsul {

/// One word of a mount option string: `name` or `name=value`. An empty value
/// ("name=") is a value.
struct Option {
  std::string name;
  std::optional<std::string> value;
  friend bool operator==(const Option&, const Option&) = default;
};

/// As it was written: "name" or "name=value".
[[nodiscard]] inline std::string to_string(const Option& option) {
  return option.value ? option.name + "=" + *option.value : option.name;
}

}  // namespace glusterconsul
