#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "util/report.hpp"
#include "util/syslog.hpp"

namespace glusterconsul::mount {

/// Who started us, if messages are read elsewhere because of it.
enum class Caller {
  kAutomount,  ///< automount(8), through mount(8)
  kOther,
};

/// Gives the text of a process's proc_pid_stat(5); empty if there is no such process.
using ReadStat = std::function<std::string(pid_t)>;

/// Whether a process called `name` is among the nearest 8 ancestors of `child`.
[[nodiscard]] bool has_ancestor(std::string_view name, pid_t child, const ReadStat& read_stat);

/// Whether the parent of `child` is called `name`.
[[nodiscard]] bool has_parent(std::string_view name, pid_t child, const ReadStat& read_stat);

/// Looks for the caller among the ancestors of this process.
[[nodiscard]] Caller find_caller();

/// If mount(8) has started this process, its end is from now on the same as SIGTERM: whoever ended
/// it believes that nothing is mounted. The end of any other parent means nothing, since a helper
/// that was started by hand may outlive its shell (nohup(1)).
void end_with_mount();

/// Where messages about `target` go (empty: not known yet): to standard error, or if automount(8)
/// called, to `log` (docs/facts.md, "autofs and the helper's messages"). A record for the log is
/// "TARGET: MESSAGE", without the program's name, which is the ident; a hint is a record of its
/// own, "TARGET: hint: ...". A record that the log does not accept goes to standard error, so that
/// each is reported once.
[[nodiscard]] Report::Sink sink_for(Caller caller, Syslog log, Severity severity,
                                    const std::string& target,
                                    Report::Sink standard_error = Report::standard_error());

}  // namespace glusterconsul::mount
