#pragma once

#include <string>
#include <vector>

#include "config/assignment.hpp"
#include "mount/mount_flags.hpp"
#include "mount/vfs_flags.hpp"
#include "util/error.hpp"
#include "util/option.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// The options of one mount, sorted by their recipient.
struct SortedOptions {
  std::vector<config::Assignment> ours;  ///< `consul-…`, in order, origin "-o"
  std::vector<Option> client;            ///< for gluster::translate(), in order
  VfsFlags finish;                       ///< flags to set on the finished mount
  std::vector<FlagOption> flags;         ///< all flags in force, to compare with an existing mount
  std::vector<Warning> warnings;         ///< about options that have no effect here
};

/// Sorts the options that mount(8) calls "filesystem-independent mount options":
///  - ignored, being for fstab, systemd and mount(8) itself: `defaults`, `auto`, `user`, `user=`,
///    `_netdev`, `nofail`, `comment=`, `x-*`, `X-*` and the like. `user`, `users`, `owner` and
///    `group` imply no flags here, because mount(8) has already added those;
///  - passed to the client: `ro`, `nosuid`, `nodev`, `noexec`, `noatime` and their opposites, and
///    `dirsync` (as `fuse-mountopts=dirsync`), which no remount can set;
///  - set on the finished mount: `sync`, `lazytime`, `nodiratime`, `strictatime`, `nosymfollow`;
///  - ignored, being the default of FUSE: `relatime`, `async`, `diratime` and others; `mand` and
///    `iversion`, which FUSE does not support, cause a warning.
/// Of options that exclude each other (`ro`/`rw`; `noatime`, `relatime` and `strictatime`), the
/// last one wins, and the others are dropped. `consul-…` options are ours, and all other options go
/// to the client; their names are not checked here, but by the settings and gluster::translate().
/// kUsage: `remount` (the hint says what to do instead), a `consul-` option without a value, and a
/// flag with a value, except for `recursive` (`noexec=recursive`, mount(8)), which has no effect
/// here.
[[nodiscard]] Result<SortedOptions> sort_options(const std::vector<Option>& options);

}  // namespace glusterconsul::mount
