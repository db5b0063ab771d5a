#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"
#include "util/option.hpp"
#include "util/warning.hpp"

namespace glusterconsul::gluster {

/// Gluster's own mount options, in the form that the client expects.
struct ClientOptions {
  /// In the order of mount.glusterfs: "--acl", "--log-level=INFO", "--process-name", "fuse", ….
  /// `--read-only` and `--fuse-mountopts` are not included.
  std::vector<std::string> arguments;
  /// Arguments that the script does not know, in order: "--name=value". They come after the others.
  std::vector<std::string> unknown;
  /// The options that `--fuse-mountopts` passes to the FUSE mount call, in order: "noatime",
  /// "nodev", `context="a:b:c"`, and the user's own `fuse-mountopts=`.
  std::vector<std::string> fuse_mount_options;
  std::vector<Host> backup_servers;  ///< `backup-volfile-servers=`, else `backupvolfile-server=`
  std::optional<Port> server_port;   ///< `server-port=`, 1024 or more
  std::optional<std::string> transport;  ///< `transport=`: letters and digits
  /// `subdir-mount=`, with a leading slash; a directory in the source takes precedence.
  std::optional<std::string> subdirectory;
  std::optional<std::string> log_file;  ///< `log-file=`, absolute; also in `arguments`
  bool read_only = false;               ///< the last `ro` or `rw` is `ro`
  std::vector<Warning> warnings;
};

/// Translates as the installed mount.glusterfs does, with these deliberate differences: values are
/// never split, globbed or echoed; `fopen-keep-cache=V` has one '='; the last of `ro` and `rw`
/// takes effect; `xlator-option=` may be repeated; host names may be longer than 63 characters; an
/// option that the script does not know is passed to the client as `--name=value` (or `--name`),
/// because a newer client may know it. Of the options for the kernel, only those that every FUSE
/// mount call accepts are allowed (dev, nodev, exec, noexec, suid, nosuid, atime, noatime,
/// auto_unmount, SELinux contexts); the caller must have removed the others, which are kUsage here.
/// kUsage states the option and what is wrong with it: a value that the client would reject, a
/// control character, a name that does not consist of letters, digits, '-' and '_', an abbreviation
/// (the client would complete it), or an option that would change what the program itself decides,
/// such as `volfile-server=`, `pid-file=` or `no-daemon`. An option with an empty value
/// ("log-file=") is ignored, with a warning.
[[nodiscard]] Result<ClientOptions> translate(const std::vector<Option>& options);

}  // namespace glusterconsul::gluster
