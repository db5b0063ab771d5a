#include "mount/mount_options.hpp"

#include <fmt/format.h>
#include <linux/mount.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// How an option is handled.
enum class Use {
  kDropped,      ///< for fstab, systemd or mount(8) itself
  kRefused,      ///< remount
  kClient,       ///< the client passes it to the FUSE mount call
  kMountCall,    ///< the same, but the client has no option of that name
  kSuperblock,   ///< a flag to set on the superblock after mounting
  kPerMount,     ///< a flag to set on the mount after mounting
  kDefault,      ///< the default of FUSE, unless another option changes it
  kMeaningless,  ///< not supported by FUSE
};

struct Word {
  std::string_view name;
  Use use;
  unsigned long sets = 0;
  unsigned long clears = 0;
};

constexpr std::array kWords = {
    Word{"auto", Use::kDropped},
    Word{"noauto", Use::kDropped},
    Word{"comment", Use::kDropped},
    Word{"defaults", Use::kDropped},
    Word{"group", Use::kDropped},
    Word{"nogroup", Use::kDropped},
    Word{"helper", Use::kDropped},
    Word{"uhelper", Use::kDropped},
    Word{"_netdev", Use::kDropped},
    Word{"owner", Use::kDropped},
    Word{"noowner", Use::kDropped},
    Word{"user", Use::kDropped},
    Word{"nouser", Use::kDropped},
    Word{"users", Use::kDropped},
    Word{"nousers", Use::kDropped},
    Word{"nofail", Use::kDropped},
    Word{"remount", Use::kRefused},

    Word{"ro", Use::kClient, MS_RDONLY, 0},
    Word{"rw", Use::kClient, 0, MS_RDONLY},
    Word{"nosuid", Use::kClient, MS_NOSUID, 0},
    Word{"suid", Use::kClient, 0, MS_NOSUID},
    Word{"nodev", Use::kClient, MS_NODEV, 0},
    Word{"dev", Use::kClient, 0, MS_NODEV},
    Word{"noexec", Use::kClient, MS_NOEXEC, 0},
    Word{"exec", Use::kClient, 0, MS_NOEXEC},
    Word{"noatime", Use::kClient, MS_NOATIME, MS_STRICTATIME},
    Word{"atime", Use::kClient, 0, MS_NOATIME},

    Word{"dirsync", Use::kMountCall, MS_DIRSYNC, 0},

    Word{"sync", Use::kSuperblock, MS_SYNCHRONOUS, 0},
    Word{"lazytime", Use::kSuperblock, MS_LAZYTIME, 0},
    Word{"nodiratime", Use::kPerMount, MS_NODIRATIME, 0},
    Word{"nosymfollow", Use::kPerMount, MS_NOSYMFOLLOW, 0},
    Word{"strictatime", Use::kPerMount, MS_STRICTATIME, MS_NOATIME},

    Word{"async", Use::kDefault, 0, MS_SYNCHRONOUS},
    Word{"diratime", Use::kDefault, 0, MS_NODIRATIME},
    Word{"nolazytime", Use::kDefault, 0, MS_LAZYTIME},
    Word{"relatime", Use::kDefault, 0, MS_NOATIME | MS_STRICTATIME},
    Word{"norelatime", Use::kDefault},
    Word{"nostrictatime", Use::kDefault, 0, MS_STRICTATIME},
    Word{"symfollow", Use::kDefault, 0, MS_NOSYMFOLLOW},
    Word{"loud", Use::kDefault},
    Word{"silent", Use::kDefault},
    Word{"nomand", Use::kDefault},
    Word{"noiversion", Use::kDefault},
    Word{"mand", Use::kMeaningless},
    Word{"iversion", Use::kMeaningless},
};

/// The flags that the kernel keeps for each mount, not in the file system.
constexpr unsigned long kVfsFlags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |
                                    MS_NODIRATIME | MS_STRICTATIME | MS_NOSYMFOLLOW;

constexpr unsigned long flags_used_as(Use use) {
  unsigned long flags = 0;
  for (const auto& word : kWords) {
    if (word.use == use) flags |= word.sets;
  }
  return flags;
}

const Word* find_word(std::string_view name) {
  const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                   [&](const Word& word) { return word.name == name; });
  return found == kWords.end() ? nullptr : found;
}

bool is_application_word(std::string_view name) {
  return name.starts_with("x-") || name.starts_with("X-");
}

/// The flags in effect after all options, applied in order.
unsigned long final_flags(const std::vector<Option>& options) {
  unsigned long flags = 0;
  for (const auto& option : options) {
    if (const Word* word = find_word(option.name)) flags = (flags & ~word->clears) | word->sets;
  }
  return flags;
}

/// Whether no later option has reversed this one.
bool still_holds(const Word& word, unsigned long flags) {
  return (flags & word.sets) == word.sets && (flags & word.clears) == 0;
}

/// Since util-linux 2.39, `recursive` after a VFS flag also sets it on the mounts below; a new
/// mount has none. mount(8) passes this value on to a helper, except after ro and rw.
bool takes_value(const Word& word, std::string_view value) {
  return word.use == Use::kDropped ||
         (value == "recursive" && ((word.sets | word.clears) & kVfsFlags) != 0);
}

void add_flag(SortedOptions& sorted, const Word& word, unsigned long flags) {
  if ((word.sets | word.clears) == 0 || !still_holds(word, flags)) return;
  const FlagOption flag{std::string(word.name), word.sets, word.clears};
  auto& all = sorted.flags;
  if (std::find(all.begin(), all.end(), flag) == all.end()) all.push_back(flag);
}

Result<void> add_ours(SortedOptions& sorted, const Option& option) {
  if (!option.value) {
    return fail(ErrorCode::kUsage,
                fmt::format("option {0} requires a value: {0}=VALUE", shortened(option.name)));
  }
  sorted.ours.push_back({option.name, *option.value, "-o"});
  return {};
}

Result<void> add_word(SortedOptions& sorted, const Option& option, const Word& word,
                      unsigned long flags) {
  if (option.value && !takes_value(word, *option.value)) {
    return fail(ErrorCode::kUsage,
                fmt::format("option {} does not take a value, but '{}' was given", word.name,
                            shortened(*option.value)));
  }
  add_flag(sorted, word, flags);
  switch (word.use) {
    case Use::kRefused:
      return fail(ErrorCode::kUsage,
                  "cannot remount: a GlusterFS client reads its options only when it starts",
                  "unmount, then mount again with the new options");
    case Use::kClient:
      if (still_holds(word, flags)) sorted.client.push_back({option.name, {}});
      break;
    case Use::kMountCall:
      sorted.client.push_back({"fuse-mountopts", std::string(word.name)});
      break;
    case Use::kMeaningless:
      sorted.warnings.push_back(
          {fmt::format("option {} has no effect: FUSE file systems do not support it", word.name)});
      break;
    case Use::kDropped:
    case Use::kSuperblock:
    case Use::kPerMount:
    case Use::kDefault:
      break;
  }
  return {};
}

}  // namespace

Result<SortedOptions> sort_options(const std::vector<Option>& options) {
  const unsigned long flags = final_flags(options);
  SortedOptions sorted;
  sorted.finish.superblock = flags & flags_used_as(Use::kSuperblock);
  sorted.finish.per_mount = flags & flags_used_as(Use::kPerMount);
  for (const auto& option : options) {
    if (is_application_word(option.name)) continue;
    if (option.name.starts_with("consul-")) {
      TRY(add_ours(sorted, option));
    } else if (const Word* word = find_word(option.name)) {
      TRY(add_word(sorted, option, *word, flags));
    } else {
      sorted.client.push_back(option);
    }
  }
  return sorted;
}

}  // namespace glusterconsul::mount
