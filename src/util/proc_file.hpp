#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul {

/// Where proc(5) has `name` ("self/mountinfo"): in /proc, or below the working directory
/// after stay_in_proc().
[[nodiscard]] std::string proc_path(std::string_view name);

/// From now on the proc that `directory` (a descriptor of /proc) shows is used, whatever is
/// mounted on /proc: that of another mount namespace may belong to a PID namespace in which this
/// process does not exist. Makes it the working directory, since some calls take paths only.
/// kSystem if that fails. To be called while there is one thread only.
[[nodiscard]] Result<void> stay_in_proc(int directory);

/// The id of this process as proc(5) shows it, which differs from getpid(2) if that proc belongs to
/// another PID namespace (`unshare --pid` without `--mount-proc`). 0 if it does not show us.
[[nodiscard]] pid_t own_id_in_proc();

/// The whole text of a small file of proc(5), up to its first NUL. Empty if there is none, or if
/// it cannot be read: a process that ends after its file was opened makes reading fail (ESRCH), and
/// that is not an error.
[[nodiscard]] std::string read_proc_file(const std::string& path);

/// The part of proc_pid_stat(5) that says who a process is.
struct ProcessStat {
  std::string name;  ///< the first 15 bytes of its program's name, or what it calls itself
  pid_t parent = 0;  ///< 0: none, or one in another PID namespace
};

/// Nothing if the text is not that of a process. The name may contain anything, also ')'.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace glusterconsul
