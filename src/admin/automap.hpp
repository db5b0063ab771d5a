#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/automap_entry.hpp"
#include "admin/volume_key.hpp"
#include "consul/domain.hpp"
#include "consul/kv_entry.hpp"
#include "gluster/volume_path.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// What map entries are made with.
struct AutomapPolicy {
  VolumeKeys keys;
  std::string service;  ///< the NAME of the SPEC of volumes that only instances name
  consul::Domain domain;
};

/// Names from the meta of instances, which are asked for if there is no key; none: not asked.
using RegisteredVolumes = std::optional<Result<std::vector<std::string>>>;

/// Consul's answers about one volume.
struct AutomapAnswers {
  Result<std::optional<consul::KvEntry>> published;
  RegisteredVolumes registered;
};

/// What Consul's answers mean for one volume.
struct AutomapVerdict {
  enum class Kind {
    kEntry,     ///< `entry`
    kNoVolume,  ///< Consul answered, and there is none
    kUnusable,  ///< its key cannot be used, for the reason in `error`
    kNotKnown,  ///< Consul did not answer, or refuses to, for the reason in `error`
  };
  Kind kind = Kind::kNoVolume;
  MapEntry entry = {};
  std::optional<Error> error = std::nullopt;
};

/// The key takes precedence over the instances, also if it cannot be used or read: it may contain
/// restrictions, such as `ro`.
[[nodiscard]] AutomapVerdict judge_automap(const gluster::VolumeName& volume,
                                           const AutomapAnswers& answers,
                                           const AutomapPolicy& policy);

/// A volume and its map entry.
struct MapLine {
  std::string volume;
  std::string entry;
  friend bool operator==(const MapLine&, const MapLine&) = default;
};

struct AutomapList {
  std::vector<MapLine> lines;     ///< sorted by volume, without hidden ones
  std::vector<Warning> warnings;  ///< keys that cannot be used, and those of map_entry()
};

/// All volumes that are published or registered, except hidden ones. An error if either answer is
/// one, since an incomplete list is worse than the previous one.
[[nodiscard]] Result<AutomapList> list_automap(const Result<consul::KvList>& published,
                                               const RegisteredVolumes& registered,
                                               const AutomapPolicy& policy);

/// The list as a map file for autofs(5): a comment, and a line for each volume.
[[nodiscard]] std::string map_file_text(const AutomapList& list);

/// Whether the text of a map file has a line that is neither empty nor a comment.
[[nodiscard]] bool has_map_entry(std::string_view text);

}  // namespace glusterconsul::admin
