#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::admin {

/// A volume as data, as `glusterconsul publish` writes it to Consul's key/value store: one JSON
/// object (schema/volume.schema.json) for each volume. It has no times and no state, so it only
/// changes if the volume's configuration does.
struct VolumeDocument {
  std::string volume;                    ///< a VolumeName
  std::string id;                        ///< a UUID
  std::string type;                      ///< gluster::type_name()
  std::vector<std::string> transport;    ///< "tcp"
  std::string spec;                      ///< NAME:/VOLUME, without control characters
  std::vector<std::string> options;      ///< mount options, each "name" or "name=value"
  std::vector<std::string> directories;  ///< VolumePath::subdirectory; empty: the whole volume
  bool hidden = false;                   ///< not listed, but it can be mounted
  std::vector<std::string> pool;         ///< UUIDs of the servers, sorted
  friend bool operator==(const VolumeDocument&, const VolumeDocument&) = default;
};

inline constexpr std::size_t kMaxDocument = 64UL * 1024;
inline constexpr std::size_t kMaxDocumentOptions = 64;
inline constexpr std::size_t kMaxDirectories = 128;
inline constexpr std::size_t kMaxPool = 1000;

/// One line of ASCII JSON without a newline; the members are always in the same order, so the same
/// document has the same bytes.
[[nodiscard]] std::string to_json(const VolumeDocument& document);

/// Parses foreign text of at most 64 KiB. Every member must be there and have its type; other
/// members are ignored, since later versions may add some. kRejected if it is a document of another
/// schema, kBadReply if it is not a document. What is allowed in `options` is not decided here
/// (volume_options.hpp), nor whether `spec` fits (automap_entry.hpp).
[[nodiscard]] Result<VolumeDocument> parse_volume_document(std::string_view text);

}  // namespace glusterconsul::admin
