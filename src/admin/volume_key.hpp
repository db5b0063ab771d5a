#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gluster/volume_path.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// Where the documents of volumes are in Consul's key/value store: `PREFIX/VOLUME`.
class VolumeKeys {
 public:
  static constexpr const char* kDefault = "gluster/volumes";

  /// `prefix` is one or more names separated by slashes; slashes at its ends are ignored. kUsage if
  /// it is empty, has an empty name or a control character, or more than 512 bytes.
  [[nodiscard]] static Result<VolumeKeys> parse(std::string_view prefix);

  /// What all keys begin with: the prefix and a slash.
  [[nodiscard]] const std::string& start() const { return start_; }
  [[nodiscard]] std::string key_of(const gluster::VolumeName& volume) const {
    return start_ + volume.text();
  }
  /// What follows start(); none if the key does not begin with it.
  [[nodiscard]] std::optional<std::string_view> name_of(std::string_view key) const {
    if (!key.starts_with(start_)) return std::nullopt;
    return key.substr(start_.size());
  }

 private:
  explicit VolumeKeys(std::string start) : start_(std::move(start)) {}
  std::string start_;
};

}  // namespace glusterconsul::admin
