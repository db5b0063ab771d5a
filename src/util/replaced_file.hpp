#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// A file that is replaced as a whole, by another process while readers use it. The directory is
/// opened once, so that all calls are about the same one; links in the path to it are followed, but
/// the file itself must not be a link. `.NAME.pending` beside it marks that something remains to be
/// done after it was replaced.
class ReplacedFile {
 public:
  /// kUsage if the path ends in a slash or is empty; kSystem if the directory cannot be opened.
  [[nodiscard]] static Result<ReplacedFile> open(const std::string& path);

  /// Its text, at most `max_size` bytes; empty if it does not exist. kPermission if it is not a
  /// regular file, kSystem if it cannot be read.
  [[nodiscard]] Result<std::string> read(std::size_t max_size) const;

  /// Writes a temporary file in the same directory, syncs it and renames it. A file that exists
  /// keeps its mode and owner; a new one has mode 0644. Errors as for read(); after an error, the
  /// file is unchanged and no temporary file is left.
  [[nodiscard]] Result<void> replace(std::string_view text) const;

  [[nodiscard]] bool is_pending() const;
  [[nodiscard]] Result<void> set_pending() const;
  void clear_pending() const;

 private:
  ReplacedFile(int directory, std::string path, std::string name)
      : directory_(directory), path_(std::move(path)), name_(std::move(name)) {}
  [[nodiscard]] std::string pending_name() const { return "." + name_ + ".pending"; }

  UniqueFd directory_;
  std::string path_;
  std::string name_;
};

}  // namespace glusterconsul
