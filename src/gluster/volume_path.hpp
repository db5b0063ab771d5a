#pragma once

#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// The name of a volume, as allowed by glusterd: ASCII letters, digits, '-' and '_', at most 256
/// characters, not beginning with '-'.
class VolumeName {
 public:
  /// kUsage contains the text and what is wrong with it.
  [[nodiscard]] static Result<VolumeName> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  friend bool operator==(const VolumeName&, const VolumeName&) = default;

 private:
  explicit VolumeName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// What is mounted: a volume, a snapshot of one, or a directory in either.
struct VolumePath {
  VolumeName volume;
  std::string snapshot;      ///< of `/snaps/SNAPSHOT/VOLUME`; empty otherwise
  std::string subdirectory;  ///< "/a/b c", without a trailing slash; empty for the whole

  /// The volfile to request from glusterd: "g0", or "/snaps/SNAPSHOT/g0".
  [[nodiscard]] std::string volfile_id() const;
  friend bool operator==(const VolumePath&, const VolumePath&) = default;
};

/// A directory in a volume, "/a/b c" or "a/b c/", as VolumePath::subdirectory; empty for the whole
/// volume. Errors: as for parse_volume_path().
[[nodiscard]] Result<std::string> parse_subdirectory(std::string_view text);

/// Parses what follows the first ':' of a SPEC: `/VOLUME[/SUBDIR]`, `VOLUME[/SUBDIR]`,
/// `/snaps/SNAPSHOT/VOLUME[/SUBDIR]`. Repeated slashes count as one. `.` and `..` as components,
/// control characters and more than 4095 bytes are kUsage. The name of a snapshot may contain dots:
/// glusterd itself appends `_GMT-2024.01.31-12.00.00`.
[[nodiscard]] Result<VolumePath> parse_volume_path(std::string_view text);

}  // namespace glusterconsul::gluster
