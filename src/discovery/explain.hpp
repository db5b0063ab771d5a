#pragma once

#include <string>
#include <vector>

#include "discovery/plan.hpp"

namespace glusterconsul::discovery {

/// The plan as a table for a person: one line an instance (place in the order, node, address,
/// port, health with the failing check, probe and round trip, used or why not), the warnings, and
/// the command. No character in it can move a terminal's cursor. `command` is the client's argument
/// vector.
[[nodiscard]] std::string explain_table(const Plan& plan, const std::vector<std::string>& command);

/// The same for programs, one JSON object (RFC 8259) and a newline. Members:
/// service, via, warnings[], instances[] {node, service_id, address, port, datacenter, tags[],
/// weight, health, checks[] {id, name, status, output}, probe {verdict, detail, round_trip_ms},
/// used, place, reason}, servers[], command[]. Bytes that are no UTF-8 become U+FFFD. It is ASCII,
/// with all else escaped: no character in it can move a terminal's cursor either.
[[nodiscard]] std::string explain_json(const Plan& plan, const std::vector<std::string>& command);

}  // namespace glusterconsul::discovery
