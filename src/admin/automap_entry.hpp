#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/volume_document.hpp"
#include "consul/domain.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// What an automounter map has for one key: `-fstype=glusterconsul,nosuid,nodev[,OPTION...] SPEC`,
/// or if the volume lists directories, `-OPTIONS /DIRECTORY SPEC/DIRECTORY ...` (a multi-mount map,
/// autofs(5)). One line without its newline, at most kMaxMapEntry bytes, without control
/// characters.
struct MapEntry {
  std::string text;
  std::vector<Warning> warnings;  ///< what the document has and the entry has not
};

/// autofs reads at most 16 KiB (MAPENT_MAX_LEN).
inline constexpr std::size_t kMaxMapEntry = 8UL * 1024;

/// The text such that autofs reads it as one word and literally: docs/facts.md, "How autofs reads a
/// map entry". It must not contain a double quote, a backslash or a control character.
[[nodiscard]] std::string quoted_for_autofs(std::string_view text);

/// The entry for a document, which is foreign. Options that Consul must not set
/// (volume_options.hpp), and directories that autofs cannot read, are skipped, with a warning. An
/// error if `spec` is not this volume in a service of Consul, if no directory is left, or if the
/// entry is too long: kRejected.
[[nodiscard]] Result<MapEntry> map_entry(const VolumeDocument& document,
                                         const consul::Domain& domain);

/// The document of a volume of which only the name is known, from the meta of its instances.
[[nodiscard]] VolumeDocument registered_volume(const std::string& volume,
                                               const std::string& service);

}  // namespace glusterconsul::admin
