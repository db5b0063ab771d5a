#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gluster/client_options.hpp"
#include "gluster/volume_path.hpp"
#include "util/error.hpp"
#include "util/host.hpp"
#include "util/warning.hpp"

namespace glusterconsul::gluster {

/// The version of an installed client ("glusterfs 10.3" is {10, 3}).
struct ClientVersion {
  unsigned major = 0;
  unsigned minor = 0;
  friend auto operator<=>(const ClientVersion&, const ClientVersion&) = default;
};

/// The first version with `--fs-display-name`: docs/facts.md, "Client's display name".
inline constexpr ClientVersion kFirstWithDisplayName{10, 0};

/// Parses the first line like "glusterfs 10.3" in the output of `glusterfs --version`. Other lines
/// may precede it. A build from git ("glusterfs 12dev") counts as 12.0. kBadReply if there is no
/// version.
[[nodiscard]] Result<ClientVersion> parse_client_version(std::string_view output);

/// The port that glusterd listens on by default.
inline constexpr Port kGlusterdPort = 24007;

/// Everything that the command line of one mount attempt depends on.
struct ClientCommand {
  std::string program;  ///< absolute path of `glusterfs`
  ClientVersion version;
  /// The primary first; never empty. Those of `options.backup_servers` that are not among them
  /// follow.
  std::vector<Host> servers;
  Port port = kGlusterdPort;  ///< of all servers
  VolumePath path;
  std::string display_name;  ///< the source for /proc/mounts, without the subdirectory
  ClientOptions options;
  std::string target;  ///< absolute and canonical
  /// The family over which the primary was reached, if it is a name.
  std::optional<IpAddress::Family> primary_family = std::nullopt;
};

/// A server in the form that `--volfile-server` of that version expects: for 11.0 to 11.2, an IPv6
/// address with all eight groups and the port (docs/facts.md, "Client 11.0 to 11.2 splits addresses
/// at the last colon"); in all other cases, the plain address or name.
[[nodiscard]] std::string server_text(const Host& host, Port port, const ClientVersion& version);

/// The argument vector, program first, in the order of mount.glusterfs. The volume is requested as
/// "/g0", as the script does for `server:/g0`, but as "g0" for a thin client, which does not work
/// otherwise. A snapshot is always mounted read-only. `--fs-display-name` is passed only from
/// kFirstWithDisplayName on, and options that are newer than the client are omitted
/// (version_warnings() reports them). `--volfile-server-port` comes after the servers, and only if
/// the port is not 24007 or the user set it.
///
/// If the primary is reached over IPv6, `--xlator-option=transport.address-family=inet6` is added.
/// Addresses of the other family than the primary's are skipped unless the user named them
/// (docs/facts.md, "Client resolves with one address family"). If the user has set that option, it
/// is kept, and no server is skipped.
[[nodiscard]] std::vector<std::string> arguments(const ClientCommand& command);

/// A warning for each option that arguments() omits because a client of that version does not know
/// it and would exit with a usage error.
[[nodiscard]] std::vector<Warning> version_warnings(const ClientOptions& options,
                                                    const ClientVersion& version);

/// The client's log file if `log-file=` is not set: the target without its leading slash, with
/// dashes for the other slashes, in `/var/log/glusterfs/` and with the suffix `.log`.
[[nodiscard]] std::string default_log_file(const std::string& target);

}  // namespace glusterconsul::gluster
