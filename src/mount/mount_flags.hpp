#pragma once

#include <linux/mount.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::mount {

/// A flag of mount(2), as /proc/self/mountinfo shows it.
struct FlagName {
  std::string_view name;
  unsigned long flag;
};

/// The flags that mountinfo shows by name. MS_STRICTATIME is the absence of two of them.
inline constexpr std::array kFlagNames = {FlagName{"ro", MS_RDONLY},
                                          FlagName{"nosuid", MS_NOSUID},
                                          FlagName{"nodev", MS_NODEV},
                                          FlagName{"noexec", MS_NOEXEC},
                                          FlagName{"noatime", MS_NOATIME},
                                          FlagName{"relatime", MS_RELATIME},
                                          FlagName{"dirsync", MS_DIRSYNC},
                                          FlagName{"sync", MS_SYNCHRONOUS},
                                          FlagName{"lazytime", MS_LAZYTIME},
                                          FlagName{"nodiratime", MS_NODIRATIME},
                                          FlagName{"nosymfollow", MS_NOSYMFOLLOW}};

/// An option of mount(8) as requested: the flags of mount(2) that it sets and clears.
struct FlagOption {
  std::string name;
  unsigned long sets = 0;
  unsigned long clears = 0;
  friend bool operator==(const FlagOption&, const FlagOption&) = default;
};

/// The flags in lists of options as mountinfo shows them: of the mount, and of its superblock.
[[nodiscard]] unsigned long parse_mount_flags(std::string_view of_mount,
                                              std::string_view of_superblock);

/// The names of the requested options that a mount with these flags does not have, in order. `ro`
/// and `rw` are not compared.
[[nodiscard]] std::vector<std::string> missing_options(const std::vector<FlagOption>& requested,
                                                       unsigned long flags);

}  // namespace glusterconsul::mount
