#include "mount/mount_flags.hpp"

#include "util/text.hpp"

namespace glusterconsul::mount {

unsigned long parse_mount_flags(std::string_view of_mount, std::string_view of_superblock) {
  unsigned long flags = 0;
  for (const auto list : {of_mount, of_superblock}) {
    for (const auto word : split(list, ',')) {
      for (const auto& [name, flag] : kFlagNames) {
        if (word == name) flags |= flag;
      }
    }
  }
  if ((flags & (MS_NOATIME | MS_RELATIME)) == 0) flags |= MS_STRICTATIME;
  return flags;
}

std::vector<std::string> missing_options(const std::vector<FlagOption>& requested,
                                         unsigned long flags) {
  std::vector<std::string> missing;
  for (const auto& [name, sets, clears] : requested) {
    if (((sets | clears) & MS_RDONLY) != 0) continue;
    if ((flags & sets) != sets || (flags & clears) != 0) missing.push_back(name);
  }
  return missing;
}

}  // namespace glusterconsul::mount
