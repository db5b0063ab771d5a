#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "util/report.hpp"
#include "util/syslog.hpp"

namespace glusterconsul::mount {

/// The program that started us, as far as it decides where messages are read.
enum class Caller {
  kAutomount,  ///< automount(8), through mount(8)
  kOther,
};

/// Returns the text of a process's proc_pid_stat(5); empty if there is no such process.
using ReadStat = std::function<std::string(pid_t)>;

/// Whether a process called `name` is among the nearest 8 ancestors of `child`.
[[nodiscard]] bool has_ancestor(std::string_view name, pid_t child, const ReadStat& read_stat);

/// Whether the parent of `child` is called `name`.
[[nodiscard]] bool has_parent(std::string_view name, pid_t child, const ReadStat& read_stat);

/// Searches the ancestors of this process for the caller.
[[nodiscard]] Caller find_caller();

/// If mount(8) started this process, arranges for SIGTERM when mount(8) ends, because whoever ended
/// it assumes that nothing is mounted. The end of any other parent has no effect, since a helper
/// that was started by hand may outlive its shell (nohup(1)).
void end_with_mount();

enum class Destination { kStandardError, kSyslog, kBoth };

/// Where messages go, from `consul-log`, the caller (docs/facts.md, "autofs and the helper's
/// messages") and mount(8)'s `-v`, with which somebody reads standard error.
[[nodiscard]] Destination destination_of(config::LogTo log, Caller caller, bool has_flag_v);

/// The sink for messages about `target` (empty: not known yet). A log record is "TARGET: MESSAGE",
/// without the program's name, which is the ident; a hint is a separate record, "TARGET: hint:
/// ...". What the log does not accept goes to standard error.
[[nodiscard]] Report::Sink sink_for(Destination destination, Syslog log, Severity severity,
                                    const std::string& target,
                                    Report::Sink standard_error = Report::standard_error());

}  // namespace glusterconsul::mount
