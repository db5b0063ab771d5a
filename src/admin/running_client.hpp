#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/client_arguments.hpp"
#include "util/host.hpp"
#include "util/tcp_table.hpp"

namespace glusterconsul::admin {

/// A process of the GlusterFS client.
struct RunningClient {
  pid_t pid = 0;
  std::vector<std::string> command;  ///< its command line
  ClientArguments arguments;         ///< the same, parsed
  bool is_stopped = false;           ///< by SIGSTOP or a debugger
  bool is_replaced = false;          ///< its program was replaced or removed since it started
  /// The servers to which it has a connection on the management port: its volfile server, and while
  /// it asks for the port of a brick, that brick's host. Nothing if this process may not see it.
  std::optional<std::vector<Endpoint>> volfile_servers;
};

/// The clients in our mount namespace, or in all if that cannot be found out. Processes of other
/// users than root do not count: anybody can run a program of that name with any arguments, and
/// only root's mounts are gluster mounts.
[[nodiscard]] std::vector<RunningClient> running_clients();

/// The one that serves the mount at `target`; if there are several, the one that was started last,
/// since that is the mount on top. Nothing if there is none: a client does not know
/// the targets of bind mounts.
[[nodiscard]] std::optional<RunningClient> client_of(const std::vector<RunningClient>& clients,
                                                     std::string_view target);

/// The remote ends of the established connections to `port` whose sockets are in `inodes`, sorted,
/// without duplicates.
[[nodiscard]] std::vector<Endpoint> connected_to(std::span<const TcpTableRow> table,
                                                 std::span<const std::uint32_t> inodes, Port port);

/// Whether the text of proc_pid_status(5) is that of a process that root runs. (The owner of the
/// process's directory is also root if another user's process is not dumpable.)
[[nodiscard]] bool may_be_client(std::string_view status);

/// The arguments in the text of proc_pid_cmdline(5).
[[nodiscard]] std::vector<std::string> parse_command(std::string_view text);

}  // namespace glusterconsul::admin
