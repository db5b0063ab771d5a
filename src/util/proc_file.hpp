#pragma once

#include <string>

namespace glusterconsul {

/// The whole text of a small file of proc(5), up to its first NUL. Empty where there is none, and
/// where it cannot be read: a process that ends behind the opening of its file makes the
/// reading fail (ESRCH), and that is no error.
[[nodiscard]] std::string read_proc_file(const std::string& path);

}  // namespace glusterconsul
