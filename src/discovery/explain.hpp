#pragma once

#include <optional>
#include <string>
#include <vector>

#include "discovery/plan.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The plan as a table for humans: one line per instance (place in the order, node, address, port,
/// ID if servers have registered volumes, health with the failing check, probe result and
/// round-trip time, use or the reason not to use it), the warnings, and the command. It contains no
/// character that can move a terminal's cursor. `command` is the client's argument vector.
[[nodiscard]] std::string explain_table(const Plan& plan, const std::vector<std::string>& command);

/// The same for programs: one JSON object (RFC 8259) and a newline; `problem` is why there would be
/// no mount. Members: service, via,
/// warnings[], instances[] {node, service_id, volume, address, port, datacenter, tags[], weight,
/// health, checks[] {id, name, status, output}, probe {verdict, detail, round_trip_ms}, used,
/// place, reason}, servers[], port, command[], error {code, message, hint}. Bytes that are not
/// valid UTF-8 become U+FFFD. The output is ASCII, with everything else escaped, so no character in
/// it can move a terminal's cursor either.
[[nodiscard]] std::string explain_json(const Plan& plan, const std::vector<std::string>& command,
                                       const std::optional<Error>& problem = std::nullopt);

}  // namespace glusterconsul::discovery
