#pragma once

#include <string>
#include <string_view>

#include "gluster/volume_path.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// A SPEC, `NAME:/VOLUME[/SUBDIR]` or `NAME:VOLUME[/SUBDIR]`, split at its first ':'.
struct Source {
  std::string name;  ///< not parsed yet, because that needs the domain, a setting
  gluster::VolumePath path;
  /// The SPEC as written, without its subdirectory and trailing slashes: the source that the
  /// client is started with, since the client appends the subdirectory itself.
  std::string display_name;
  /// The source that /proc/mounts shows after mounting: display_name and the subdirectory.
  [[nodiscard]] std::string mounted_as() const;
};

/// kUsage names what is missing or wrong, such as "consul://…"; its hint shows the form.
[[nodiscard]] Result<Source> parse_source(std::string_view text);

/// Whether two sources, as written in fstab or shown in /proc/mounts, are the same: the case of
/// NAME, its trailing dot and the number of slashes ("NAME:g0", "name.:/g0/") do not matter, but
/// the case of the path does. Text without a ':' is compared as it is.
[[nodiscard]] bool same_source(std::string_view one, std::string_view other);

}  // namespace glusterconsul::mount
