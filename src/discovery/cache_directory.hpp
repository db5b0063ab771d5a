#pragma once

#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::discovery {

inline constexpr const char* kCacheDirectory = "/var/cache/glusterconsul";

/// Reads one small file (at most 256 KiB) of the cache: a regular file that belongs to our own user
/// and that nobody else can write, in a directory for which the same holds. kUnknown if it does not
/// exist, otherwise kPermission or kSystem.
[[nodiscard]] Result<std::string> read_cache(const std::string& directory, const std::string& name);

/// Writes the file, mode 0600, to a temporary file that is renamed when it is complete; creates the
/// directory (0700) if it does not exist. After a failure, the old file is unchanged and no
/// temporary file is left. Nothing is synced to disk: a file that a power failure damages is
/// ignored when it is read.
[[nodiscard]] Result<void> write_cache(const std::string& directory, const std::string& name,
                                       std::string_view text);

/// Removes the file, if the directory is one that read_cache() accepts; it need not exist.
void remove_cache(const std::string& directory, const std::string& name);

}  // namespace glusterconsul::discovery
