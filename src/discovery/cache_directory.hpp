#pragma once

#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::discovery {

inline constexpr const char* kCacheFolder = "/var/cache/glusterconsul";

/// Reads one small file (at most 256 KiB) of the cache: a regular file of our own
/// user's, which nobody else may write, in a folder for which the same holds.
/// kUnknown where it does not exist, kPermission or kSystem otherwise.
[[nodiscard]] Result<std::string> read_cache(const std::string& folder, const std::string& name);

/// Writes it, mode 0600, by way of a temporary file that is renamed when it is
/// complete; makes the folder (0700) where there is none. Where it fails, the old
/// file is as it was and no temporary one is left. Nothing is forced to the disk:
/// a file that a power cut damages is passed over when it is read.
[[nodiscard]] Result<void> write_cache(const std::string& folder, const std::string& name,
                                       std::string_view text);

}  // namespace glusterconsul::discovery
