#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/host.hpp"

namespace glusterconsul::admin {

/// What the command line of a GlusterFS client says, ours or that of mount.glusterfs.
struct ClientArguments {
  std::vector<std::string> servers;  ///< each `--volfile-server`, as written, in order
  Port port = 24007;                 ///< `--volfile-server-port`
  std::string display_name;          ///< `--fs-display-name`; empty: none
  std::string target;                ///< the last argument
};

/// Options that are not listed above are ignored. The first argument is the program.
[[nodiscard]] ClientArguments parse_client_arguments(std::span<const std::string> arguments);

/// Whether the mount was made from Consul: the client shows a source that is not the name of its
/// server. mount.glusterfs uses no `--fs-display-name`, and clients before 10.0 have none
/// (docs/facts.md, "Client's display name"); for these, `source` must begin with a name that is
/// none of the servers.
[[nodiscard]] bool is_from_consul(const ClientArguments& client, std::string_view source);

/// How two lists of servers differ, regardless of their order and of duplicates.
struct ServerDifference {
  std::vector<std::string> gone;   ///< only in the first
  std::vector<std::string> added;  ///< only in the second
  [[nodiscard]] bool is_none() const { return gone.empty() && added.empty(); }
};
[[nodiscard]] ServerDifference compare_servers(const std::vector<std::string>& before,
                                               const std::vector<std::string>& now);

}  // namespace glusterconsul::admin
