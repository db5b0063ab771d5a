#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"
#include "util/option.hpp"
#include "util/warning.hpp"

namespace glusterconsul::gluster {

/// Gluster's own mount options, in the form that the client wants them.
struct ClientOptions {
  /// In the order in which mount.glusterfs puts them: "--acl", "--log-level=INFO",
  /// "--process-name", "fuse", …; what the script does not know comes last.
  /// `--read-only` and `--fuse-mountopts` are not among them.
  std::vector<std::string> arguments;
  /// What goes to the FUSE mount call by `--fuse-mountopts`, in order: "noatime",
  /// "nodev", `context="a:b:c"`; whatever the user gave as `fuse-mountopts=` too.
  std::vector<std::string> fuse_mount_options;
  std::vector<Host> backup_servers;  ///< `backup-volfile-servers=`, else `backupvolfile-server=`
  std::optional<Port> server_port;   ///< `server-port=`, 1024 or more
  std::optional<std::string> transport;  ///< `transport=`: letters and digits
  /// `subdir-mount=`, with a leading slash; the source's own directory wins.
  std::optional<std::string> subdirectory;
  std::optional<std::string> log_file;  ///< `log-file=`, absolute; also in `arguments`
  bool read_only = false;               ///< `ro` came last of `ro` and `rw`
  std::vector<Warning> warnings;
};

/// Translates as the installed mount.glusterfs does, but for these differences,
/// each meant: values are never split, globbed or echoed; `fopen-keep-cache=V`
/// has one '='; the last of `ro` and `rw` wins; `xlator-option=` may come several
/// times; host names may be longer than 63 characters; an option that the script
/// does not know becomes `--name=value` (or `--name`) of the client, since a newer
/// one may know it. Of the words that are for the kernel only those are taken
/// that every FUSE mount call takes (dev, nodev, exec, noexec, suid, nosuid, atime,
/// noatime, auto_unmount, SELinux contexts); the others must have been taken
/// out before, and are kUsage here. kUsage names the option and what is wrong with
/// it: a value that the client would refuse, a control character, a name not made
/// of letters, digits, '-' and '_', an abbreviation (the client would complete it),
/// or an option that would change what the program itself decides, such as
/// `volfile-server=`, `pid-file=` or `no-daemon`. An empty value ("log-file=") is
/// as if the option were not there, with a warning.
[[nodiscard]] Result<ClientOptions> translate(const std::vector<Option>& options);

}  // namespace glusterconsul::gluster
