#pragma once

#include <string>
#include <vector>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul {

/// A file that an option names.
struct NamedFile {
  std::string option;  ///< "consul-token-file"
  std::string path;
  friend bool operator==(const NamedFile&, const NamedFile&) = default;
};

/// Whether the file systems of the files respond, so that this process can use the files without
/// blocking. A missing file does not matter here, and files below /etc and /usr are not checked:
/// this machine does not work without these (a link there may still lead elsewhere). Waits until
/// the deadline, by default for longer than a disk takes to spin up; kUnreadable names the first
/// file that does not respond, and its option; a child that waits for it is left behind.
[[nodiscard]] Result<void> files_respond(
    const std::vector<NamedFile>& files, const Cancel& cancel,
    const Deadline& deadline = Deadline::after(std::chrono::seconds(20)));

}  // namespace glusterconsul
