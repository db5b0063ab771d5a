#pragma once

#include <string>
#include <vector>

#include "config/assignment.hpp"
#include "mount/vfs_flags.hpp"
#include "util/error.hpp"
#include "util/option.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// The options of one mount, sorted by who they are for.
struct SortedOptions {
  std::vector<config::Assignment> ours;  ///< `consul-…`, in order, origin "-o"
  std::vector<Option> client;            ///< for gluster::translate(), in order
  VfsFlags finish;                       ///< what is set on the finished mount
  std::vector<Warning> warnings;         ///< of words that can do nothing here
  bool nofail = false;
};

/// Sorts the words of mount(8), "filesystem-independent mount options":
///  - dropped, being for fstab, systemd and mount(8) itself: `defaults`, `auto`,
///    `user`, `user=`, `_netdev`, `comment=`, `x-*`, `X-*` and the like. `user`,
///    `users`, `owner`, `group` imply no flags here: mount(8) has put those in;
///  - to the client: `ro`, `nosuid`, `nodev`, `noexec`, `noatime` and their
///    opposites, and `dirsync` (as `fuse-mountopts=dirsync`), which no remount can set;
///  - to the finished mount: `sync`, `lazytime`, `nodiratime`, `strictatime`,
///    `nosymfollow`;
///  - nothing to do, being what FUSE does anyway: `relatime`, `async`, `diratime`, …
///    `mand` and `iversion`, which FUSE cannot do, give a warning.
/// Of words that exclude each other the last one wins (`ro`/`rw`; `noatime`,
/// `relatime` and `strictatime`), and the loser reaches nobody.
/// `consul-…` is ours, and every other word goes to the client; its name is not
/// judged here: the settings and gluster::translate() do that.
/// kUsage: `remount` (the hint is what to do instead), a `consul-` option
/// without a value, a flag with one, except for `recursive` (`noexec=recursive`, mount(8)), which
/// adds nothing here.
[[nodiscard]] Result<SortedOptions> sort_options(const std::vector<Option>& options);

}  // namespace glusterconsul::mount
