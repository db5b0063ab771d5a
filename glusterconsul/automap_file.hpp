#pragma once

#include <string>

#include "admin/automap.hpp"
#include "glusterconsul/command.hpp"

namespace glusterconsul {

/// The exit status EX_TEMPFAIL of sysexits.h: it is not known which volumes there are.
inline constexpr int kAutomapNotKnown = 75;

/// Writes the map file if it differs, and then runs `command`, unless that is empty: a program and
/// its arguments, separated by blanks, without a shell. A command that has failed, or did not run
/// because this process was killed, is run at the next call even if nothing differs. An empty list
/// does not replace a file with entries.
[[nodiscard]] Result<Outcome> write_map_file(const std::string& path,
                                             const admin::AutomapList& list,
                                             const std::string& command);

}  // namespace glusterconsul
