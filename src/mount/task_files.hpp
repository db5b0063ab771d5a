#pragma once

#include <string>
#include <vector>

#include "mount/task.hpp"
#include "util/cancel.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// A file that an option names.
struct TaskFile {
  std::string option;  ///< "consul-token-file"
  std::string path;
  friend bool operator==(const TaskFile&, const TaskFile&) = default;
};

/// The files that options name, except those below /etc and /usr: this machine does not work
/// without these, so they are not checked.
[[nodiscard]] std::vector<TaskFile> task_files(const Task& task);

/// Whether the file systems of the files respond, so that this process can use the files without
/// blocking. A missing file does not matter here. Waits at most 20 seconds; kMountFailed names the
/// first file that does not respond, and its option.
[[nodiscard]] Result<void> files_respond(const std::vector<TaskFile>& files, const Cancel& cancel);

}  // namespace glusterconsul::mount
