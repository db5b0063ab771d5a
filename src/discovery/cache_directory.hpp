#pragma once

#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::discovery {

inline constexpr const char* kCacheDirectory = "/var/cache/glusterconsul";

/// Reads one small file (at most 256 KiB) of the cache: a regular file that belongs to our own user
/// and that nobody else can write, in such a directory. kUnknown if it does not exist, else
/// kPermission or kSystem.
[[nodiscard]] Result<std::string> read_cache(const std::string& directory, const std::string& name);

/// Writes it, mode 0600, to a temporary file that is renamed when it is complete; makes the
/// directory (0700) if there is none. After a failure the old file is unchanged and no temporary
/// one is left. Nothing is forced to the disk: a file that a power cut damages is ignored when it
/// is read.
[[nodiscard]] Result<void> write_cache(const std::string& directory, const std::string& name,
                                       std::string_view text);

}  // namespace glusterconsul::discovery
