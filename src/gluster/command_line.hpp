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

/// From what `glusterfs --version` prints: the first line of the form "glusterfs 10.3", whatever
/// lines come before it. A build from git ("glusterfs 12dev") counts as its .0. kBadReply if there
/// is none.
[[nodiscard]] Result<ClientVersion> parse_client_version(std::string_view output);

/// The port that a glusterd listens on unless it is configured otherwise.
inline constexpr Port kGlusterdPort = 24007;

/// All that one attempt to mount is made of.
struct ClientCommand {
  std::string program;  ///< absolute path of `glusterfs`
  ClientVersion version;
  /// Primary first; never empty. `options.backup_servers` that are not among
  /// them follow.
  std::vector<Host> servers;
  Port port = kGlusterdPort;  ///< of all of them
  VolumePath path;
  std::string display_name;  ///< the source as /proc/mounts shall show it, less the sub-directory
  ClientOptions options;
  std::string target;  ///< absolute and canonical
  /// Over which the primary was reached, if it is a name.
  std::optional<IpAddress::Family> primary_family = std::nullopt;
};

/// A server as `--volfile-server` of that version takes it: for 11.0 to 11.2 an IPv6 address
/// with all eight groups and its port (docs/facts.md, "Client 11.0 to 11.2 splits addresses at
/// the last colon"), for all other versions the plain address or name.
[[nodiscard]] std::string server_text(const Host& host, Port port, const ClientVersion& version);

/// The argument vector, program first, in the order of mount.glusterfs; the
/// volume is asked for as "/g0", which is what the script makes of `server:/g0`,
/// but as "g0" by a thin client, which does not work otherwise. A snapshot is
/// always mounted read-only. `--fs-display-name` only from kFirstWithDisplayName
/// on, options that are newer than the client not at all (version_warnings() names them);
/// `--volfile-server-port` after the servers and only if it is not
/// 24007 or the user asked for it.
///
/// If the primary is reached over IPv6, `--xlator-option=transport.address-family=inet6` is
/// added, and addresses of the other family are skipped unless the user named them
/// (docs/facts.md, "Client resolves with one address family"). If the user has set that option,
/// it is kept, and so are all servers.
[[nodiscard]] std::vector<std::string> arguments(const ClientCommand& command);

/// A sentence for each option that arguments() skips, because a client of
/// that version does not know it and would end with a usage error.
[[nodiscard]] std::vector<Warning> version_warnings(const ClientOptions& options,
                                                    const ClientVersion& version);

/// Where the client logs if `log-file=` is not set: `/var/log/glusterfs/` and
/// the target with dashes for slashes, without the one in front.
[[nodiscard]] std::string default_log_file(const std::string& target);

}  // namespace glusterconsul::gluster
