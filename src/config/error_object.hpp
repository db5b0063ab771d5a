#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "util/error.hpp"

namespace glusterconsul::config {

/// The member `error` of every JSON output: null, or an object with `code` (ErrorTraits::name),
/// `message` and `hint`, both as foreign text.
[[nodiscard]] inline nlohmann::ordered_json error_object(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"code", traits(error->code).name}, {"message", error->message}, {"hint", error->hint}};
}

/// One JSON object (RFC 8259) and a newline. Bytes that are not valid UTF-8 become U+FFFD. The
/// output is ASCII, with everything else escaped, so no character in it can move a terminal's
/// cursor.
[[nodiscard]] inline std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// The output of a command that failed before it had anything else to print.
[[nodiscard]] inline std::string error_json(const Error& error) {
  const nlohmann::ordered_json json = {{"error", error_object(error)}};
  return json_text(json);
}

}  // namespace glusterconsul::config
