#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul {

/// The path of `name` ("self/mountinfo") in proc(5): in /proc, or relative to the working directory
/// after stay_in_proc().
[[nodiscard]] std::string proc_path(std::string_view name);

/// From now on, uses the proc file system of `directory` (a descriptor of /proc), whatever is
/// mounted on /proc later: the /proc of another mount namespace may belong to a PID namespace in
/// which this process does not exist. Makes it the working directory, because some calls accept
/// only paths. kSystem if that fails. Must be called while there is only one thread.
[[nodiscard]] Result<void> stay_in_proc(int directory);

/// The id of this process in proc(5), which differs from getpid(2) if that proc belongs to another
/// PID namespace (`unshare --pid` without `--mount-proc`). 0 if this process is not in it.
[[nodiscard]] pid_t own_id_in_proc();

/// The whole text of a small proc(5) file, up to its first NUL. Empty if the file does not exist or
/// cannot be read: if a process ends after its file was opened, reading fails (ESRCH), and that is
/// not an error.
[[nodiscard]] std::string read_proc_file(const std::string& path);

/// The fields of proc_pid_stat(5) that identify a process.
struct ProcessStat {
  std::string name;  ///< the first 15 bytes of the program's name, or a name that it has set
  pid_t parent = 0;  ///< 0: none, or one in another PID namespace
};

/// Nothing if the text is malformed. The name may contain any character, including ')'.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace glusterconsul
