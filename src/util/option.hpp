#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glusterconsul {

/// One option of a mount option string: `name` or `name=value`. An empty value ("name=") still
/// counts as a value.
struct Option {
  std::string name;
  std::optional<std::string> value;
  friend bool operator==(const Option&, const Option&) = default;
};

/// As it was written: "name" or "name=value".
[[nodiscard]] inline std::string to_string(const Option& option) {
  return option.value ? option.name + "=" + *option.value : option.name;
}

/// A value without the pair of double quotes that may enclose it.
[[nodiscard]] inline std::string_view without_quotes(std::string_view value) {
  const bool is_quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace glusterconsul
